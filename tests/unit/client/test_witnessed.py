"""A partner that asks for a receipt which the witnesses of its own policy vouch for."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.client import Partner, Untrustworthy, Witnessed
from gateway.client.conversation import PAUSE, Conversation, Request, Response
from gateway.crypto.keys import PrivateKey
from gateway.crypto.notes import Cosigner
from gateway.crypto.postquantum import ML_DSA_44
from gateway.model.codes import Tenant
from gateway.tlog.log import Log
from gateway.tlog.publication.publisher import Publisher, Vouching
from gateway.verify.policy import Policy
from tests.support.witnesses import Witness, Witnesses, policy
from tests.support.world import ISSUER, World

YEAR = 2026


class Scene:
    """A recorded disclosure, two witnesses, and a partner that believes in them."""

    def __init__(self, world: World, id: str) -> None:
        self.world, self.id = world, id
        self.witnesses = [Witness(f"w{number}.example", lambda: datetime.now(UTC)) for number in range(2)]
        partner = Partner.load(world.partners.partner_file("voorbeeldstad"))
        keys = [str(log.verifier) for log in world.logs.opened.values()]
        self.conversation = Conversation(ISSUER, partner, keys, "nl")
        self.paused: list[float] = []

    @property
    def log(self) -> Log:
        return self.world.logs.opened[Tenant.ZVH, YEAR]

    async def publish(self, *witnesses: Witness) -> None:
        vouching = Vouching(Policy.parse(policy("all", *witnesses)), Witnesses(*witnesses))
        signer = Cosigner(self.log.origin, PrivateKey.generate(ML_DSA_44))
        assert await Publisher(lambda: self.log, vouching, signer, lambda: datetime.now(UTC)).publish()

    def ask(self, policy: str, given: Callable[[], Any] | None = None) -> Witnessed:
        """Hold the conversation with a gateway that gives what was published, or `given`."""
        index = self.log.indexes_of_request(self.id)[0]
        talk = self.conversation.witnessed(self.id, Policy.parse(policy))
        request: Request = next(talk)
        while True:
            if request.url.endswith("/oauth/token"):
                response = Response(200, {"access_token": "token", "expires_in": 300})
            else:
                assert request.url == f"{ISSUER}/v1/disclosures/{self.id}/receipt"
                self.paused.append(request.after)
                response = Response(200, given() if given else self.log.published_receipt(index))
            try:
                request = talk.send(response)
            except StopIteration as end:
                return end.value


@pytest.fixture
async def scene(world: World) -> Scene:
    answer = await world.exchange.disclose(world.call())
    return Scene(world, answer.document["id"])


async def test_it_proves_the_record_and_names_who_saw_it(scene: Scene):
    await scene.publish(*scene.witnesses)
    found = scene.ask(policy(2, *scene.witnesses))
    assert found.proof.leaf.request_id == scene.id
    assert set(found.quorum.cosigned) == {"w0.example", "w1.example"}
    assert scene.paused == [0.0]


async def test_too_few_witnesses_are_waited_for_and_then_refused(scene: Scene):
    await scene.publish(scene.witnesses[0])
    with pytest.raises(Untrustworthy, match="too few witnesses"):
        scene.ask(policy(2, *scene.witnesses))
    assert scene.paused == [0.0, PAUSE, PAUSE]
    assert scene.ask(policy(1, *scene.witnesses)).quorum.reached


async def test_what_does_not_prove_this_record_is_refused(scene: Scene, world: World):
    await scene.publish(*scene.witnesses)
    await world.exchange.disclose(world.call())
    await scene.publish(*scene.witnesses)
    demanded, good = policy(2, *scene.witnesses), scene.log.published_receipt(0)
    assert good is not None
    other = scene.log.published_receipt(1)
    for given, why in (
        (other, "of another answer"),
        (good.replace("index 0", "index 1"), "does not hold"),
        ({"receipt": good}, "no receipt came"),
        (None, "no receipt came"),
    ):
        with pytest.raises(Untrustworthy, match=why):
            scene.ask(demanded, lambda given=given: given)
