"""Merkle proofs, RFC 6962 and RFC 9162 section 2.1: known answers, public vectors, a naive second reading."""

import base64
import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.verify import merkle
from gateway.verify.errors import NotConsistent, NotIncluded, VerificationError
from tests.unit.verify import oracle

PINNED = Path(__file__).parents[2] / "peers" / "witness"
"""Its go.mod pins transparency-dev/merkle, which carries the vectors."""
# Expects roots that are placeholders of 12 bytes to pass: we refuse roots that are not 32 bytes.
DUMMY_ROOTS = "consistency/additional/sizes-are-equal-one-and-proof-is-empty.json"
LEAVES = [b"", b"\x00", b"\x10", b"\x20\x21", b"\x30\x31", b"@ABC", b"PQRSTUVW", b"`abcdefghijklmno"]


def test_hashes_known_answers():
    assert merkle.EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    # Root of the eight leaves that Certificate Transparency's reference implementations have used since RFC 6962.
    hashes = [merkle.leaf_hash(each) for each in LEAVES]
    while len(hashes) > 1:
        hashes = [merkle.node_hash(*hashes[at : at + 2]) for at in range(0, len(hashes), 2)]
    assert hashes[0].hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@pytest.mark.part("go")
@pytest.mark.timeout(300)
def test_public_vectors():
    command = ["go", "mod", "download", "-json", "github.com/transparency-dev/merkle"]
    fetched = subprocess.run(command, cwd=PINNED, capture_output=True, text=True, timeout=280, check=False)
    if fetched.returncode:
        pytest.skip("left out: transparency-dev/merkle, which carries the vectors, cannot be fetched here")
    vectors = Path(json.loads(fetched.stdout)["Dir"]) / "testdata"
    files = sorted(each for kind in ("inclusion", "consistency") for each in (vectors / kind).rglob("*.json"))
    assert len(files) > 190
    for file in files:
        vector = json.loads(file.read_text())
        wrong = vector["wantErr"] or str(file.relative_to(vectors)) == DUMMY_ROOTS
        try:
            _check(vector)
        except VerificationError:
            assert wrong, f"{file} should hold"
        else:
            assert not wrong, f"{file} should not hold"


def _check(vector: dict) -> None:
    proof = [base64.b64decode(each) for each in vector["proof"] or ()]
    if "leafIdx" in vector:
        leaf, root = base64.b64decode(vector["leafHash"] or ""), base64.b64decode(vector["root"] or "")
        merkle.verify_inclusion(vector["leafIdx"], vector["treeSize"], leaf, proof, root)
    else:
        roots = [base64.b64decode(vector[name] or "") for name in ("root1", "root2")]
        merkle.verify_consistency(vector["size1"], vector["size2"], *roots, proof)


@pytest.mark.parametrize("size", range(1, 34))
def test_every_place_of_every_small_tree(size):
    leaves = [oracle.leaf_hash(b"%d" % number) for number in range(size)]
    root = oracle.mth(leaves)
    for index in range(size):
        merkle.verify_inclusion(index, size, leaves[index], oracle.path(index, leaves), root)
        old = oracle.mth(leaves[:index])
        merkle.verify_consistency(index, size, old, root, oracle.proof(index, leaves))


sizes = st.integers(1, 300)


@settings(max_examples=60)
@given(sizes, st.data())
def test_inclusion_holds_for_the_true_place_alone(size, data):
    leaves = [oracle.leaf_hash(b"%d" % number) for number in range(size)]
    index = data.draw(st.integers(0, size - 1))
    proof, root = oracle.path(index, leaves), oracle.mth(leaves)
    merkle.verify_inclusion(index, size, leaves[index], proof, root)
    other = data.draw(st.integers(0, size - 1).filter(lambda each: each != index)) if size > 1 else size
    wrong = [(other, leaves[index], proof, root), (index, oracle.leaf_hash(b"else"), proof, root)]
    wrong += [
        (index, leaves[index], [*proof, root], root),
        (index, leaves[index], proof, leaves[0] if size > 1 else proof),
    ]
    wrong += [(index, leaves[index], proof[:-1], root)] if proof else []
    for place, leaf, path, top in wrong:
        with pytest.raises(NotIncluded):
            merkle.verify_inclusion(place, size, leaf, path, top or bytes(32))


@settings(max_examples=60)
@given(sizes, st.data())
def test_consistency_fails_for_any_other_history(size, data):
    leaves = [oracle.leaf_hash(b"%d" % number) for number in range(size)]
    old = data.draw(st.integers(1, size))
    proof, root = oracle.proof(old, leaves), oracle.mth(leaves)
    merkle.verify_consistency(old, size, oracle.mth(leaves[:old]), root, proof)
    changed = data.draw(st.integers(0, old - 1))
    forged = [*leaves[:changed], oracle.leaf_hash(b"forged"), *leaves[changed + 1 :]]
    with pytest.raises(NotConsistent):
        merkle.verify_consistency(old, size, oracle.mth(forged[:old]), root, proof)
    with pytest.raises(NotConsistent):
        merkle.verify_consistency(old, size, oracle.mth(leaves[:old]), oracle.mth(forged), oracle.proof(old, forged))
    with pytest.raises(NotConsistent):
        merkle.verify_consistency(old, size, oracle.mth(leaves[:old]), root, [*proof, root])


@pytest.mark.parametrize("size", [0, 31, 33])
def test_hashes_of_another_length_are_refused(size):
    odd, good = bytes(size), bytes(32)
    for leaf, proof, root in ((odd, [], good), (good, [odd], good), (good, [], odd)):
        with pytest.raises(NotIncluded, match="32 bytes"):
            merkle.verify_inclusion(0, 1, leaf, proof, root)
        with pytest.raises(NotConsistent, match="32 bytes"):
            merkle.verify_consistency(1, 2, leaf, root, proof)


def test_only_the_empty_root_is_the_root_of_nothing():
    merkle.verify_consistency(0, 5, merkle.EMPTY_ROOT, bytes(32), [])
    with pytest.raises(NotConsistent, match="empty"):
        merkle.verify_consistency(0, 5, bytes(32), bytes(32), [])
