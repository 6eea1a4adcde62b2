"""One record, as each role may see it."""



from tests.support.desk import OpenDesk, main_of


async def test_a_refusal_says_first_that_it_is_one_and_where_it_broke(open_desk: OpenDesk) -> None:
    fenna = open_desk.sign_in()
    page = await fenna.get("/zvh/regels/2026/1")
    assert page.status_code == 200, page.text
    text = main_of(page.text)
    print(text)
