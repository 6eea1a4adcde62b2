"""A part that is missing is told by name, and fails where it is required (tests/conftest.py, run on itself)."""

from pathlib import Path

import pytest

SAMPLE = """
import pytest

@pytest.mark.part("opa")
@pytest.mark.parametrize("n", [1, 2])
def test_decides(n):
    pass

@pytest.mark.part("go", "node")
def test_speaks():
    pass

def test_vectors(left_out):
    left_out("merkle vectors", "no folder of vectors here")

def test_plain(root, free_port):
    assert root.is_dir() and 0 < free_port() < 65536
"""
OPA = """#!/bin/sh
echo "Version: {version}"
"""


@pytest.fixture
def bare(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, root: Path) -> pytest.Pytester:
    """A project with the real conftest on a machine that has no program at all."""
    tests = pytester.mkdir("tests")
    (tests / "conftest.py").write_text((root / "tests/conftest.py").read_text())
    (tests / "test_sample.py").write_text(SAMPLE)
    pytester.makeini("[pytest]\nmarkers = part(*names): x\n")
    monkeypatch.setenv("PATH", str(pytester.mkdir("no-programs")))
    monkeypatch.delenv("SLUIS_REQUIRE_PARTS", raising=False)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    return pytester


def install(bare: pytest.Pytester, name: str, script: str) -> None:
    program = bare.path / ".parts/bin" / name
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(script)
    program.chmod(0o755)


def test_missing_parts_are_left_out_by_name(bare: pytest.Pytester) -> None:
    result = bare.runpytest_subprocess()
    result.assert_outcomes(passed=1, skipped=4)
    result.stdout.fnmatch_lines(
        [
            "*Left out on this machine*",
            "go (go not found): 1 test",
            "  tests/test_sample.py::test_speaks",
            "merkle vectors (no folder of vectors here): 1 test",
            "  tests/test_sample.py::test_vectors",
            "opa (opa not found on PATH or in .parts/bin): 2 tests",
            "  tests/test_sample.py::test_decides[[]1]",
            "  tests/test_sample.py::test_decides[[]2]",
        ]
    )


def test_required_parts_fail(bare: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLUIS_REQUIRE_PARTS", "1")
    result = bare.runpytest_subprocess()
    outcomes = result.parseoutcomes()
    assert outcomes.get("skipped", 0) == 0
    assert outcomes["passed"] == 1
    assert outcomes.get("failed", 0) + outcomes.get("errors", 0) == 4
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_parts_of_the_project_are_found(bare: pytest.Pytester) -> None:
    install(bare, "opa", OPA.format(version="1.21.3"))
    for program in ("go", "node", "npm"):
        install(bare, program, "#!/bin/sh\n")
    bare.runpytest_subprocess().assert_outcomes(passed=4, skipped=1)


def test_an_old_opa_counts_as_missing(bare: pytest.Pytester) -> None:
    install(bare, "opa", OPA.format(version="1.21.2"))
    result = bare.runpytest_subprocess("-k", "decides")
    result.assert_outcomes(skipped=2, deselected=3)
    result.stdout.fnmatch_lines(["opa (opa is older than 1.21.3): 2 tests"])


def test_an_unknown_part_is_an_error(bare: pytest.Pytester) -> None:
    (bare.path / "tests/test_sample.py").write_text("import pytest\n@pytest.mark.part('opaa')\ndef test_x(): pass\n")
    result = bare.runpytest_subprocess()
    assert result.ret != pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["*unknown part 'opaa'*"])


def test_nothing_missing_is_said_too(bare: pytest.Pytester) -> None:
    bare.runpytest_subprocess("-k", "plain").stdout.fnmatch_lines(["nothing: every part that a collected test needs*"])


OWN_SKIPS = """
import pytest

def test_skips_itself():
    pytest.skip("no such thing here")

@pytest.mark.xfail(reason="known")
def test_known():
    assert False
"""


def test_a_skip_that_names_no_part_is_named_too(bare: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    (bare.path / "tests/test_sample.py").write_text(OWN_SKIPS)
    (bare.path / "tests/test_whole.py").write_text("import pytest\npytest.importorskip('no_such_module')\n")
    result = bare.runpytest_subprocess()
    result.assert_outcomes(skipped=2, xfailed=1)
    result.stdout.fnmatch_lines(
        [
            "skipped (could not import 'no_such_module'*): 1 test",
            "  tests/test_whole.py",
            "skipped (no such thing here): 1 test",
            "  tests/test_sample.py::test_skips_itself",
        ]
    )

    monkeypatch.setenv("SLUIS_REQUIRE_PARTS", "1")
    required = bare.runpytest_subprocess("--continue-on-collection-errors")
    required.assert_outcomes(failed=1, errors=1, xfailed=1)
