"""Time stamps made by openssl, judged with the standard library and cryptography alone, beside rfc3161-client."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st
from rfc3161_client import VerificationError as OracleError
from rfc3161_client import VerifierBuilder, decode_timestamp_response

from gateway.verify import der
from gateway.verify.errors import VerificationError
from gateway.verify.stamp import Roots, verify_stamp
from tests.support.authority import openssl

NOTE = b"log.example/zvh/2026\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n" + "— a b\n".encode()
CONFIG = """
[ tsa ]
default_tsa = one
[ one ]
serial = {folder}/serial
crypto_device = builtin
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
signer_digest = {digest}
ess_cert_id_alg = {ess}
ess_cert_id_chain = no
accuracy = secs:1
ordering = yes
tsa_name = yes
[ req ]
distinguished_name = name
[ name ]
[ root ]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[ short ]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign
[ powerless ]
basicConstraints = critical, CA:FALSE
[ signs_no_certificates ]
basicConstraints = critical, CA:TRUE
keyUsage = critical, digitalSignature
[ leaf ]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[ any ]
basicConstraints = critical, CA:FALSE
[ soft ]
extendedKeyUsage = timeStamping
[ both ]
extendedKeyUsage = critical, timeStamping, clientAuth
[ strange ]
extendedKeyUsage = critical, timeStamping
1.2.3.4.5 = critical, ASN1:NULL
"""
EC, RSA = ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"], ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"]


class Authority:
    """Certificates and stamps of openssl's, in a folder."""

    def __init__(self, folder: Path, *, digest: str = "sha256", ess: str = "sha256") -> None:
        self.folder, self.config = folder, folder / "openssl.cnf"
        self.config.write_text(CONFIG.format(folder=folder, digest=digest, ess=ess))
        (folder / "serial").write_text("01\n")

    def certify(
        self, name: str, section: str, by: str | None = None, algorithm: list[str] = EC, days: int = 2
    ) -> bytes:
        key, out = self.folder / f"{name}.key", self.folder / f"{name}.pem"
        openssl("genpkey", "-algorithm", *algorithm, "-out", key)
        more = ["-CA", self.folder / f"{by}.pem", "-CAkey", self.folder / f"{by}.key"] if by else []
        request = ["req", "-new", "-x509", "-config", self.config, "-key", key, "-subj", f"/CN={name}", "-days", days]
        openssl(*request, "-extensions", section, "-out", out, *more)
        return out.read_bytes()

    def stamp(self, signer: str, *chain: str, certificates: bool = True, token: bool = False) -> bytes:
        query, reply, given = (self.folder / each for each in ("q.tsq", "r.tsr", "chain.pem"))
        (self.folder / "data").write_bytes(NOTE)
        asked = ["-cert"] if certificates else []
        openssl("ts", "-query", "-data", self.folder / "data", "-sha256", *asked, "-out", query)
        given.write_bytes(b"".join((self.folder / f"{each}.pem").read_bytes() for each in chain))
        signing = ["-signer", self.folder / f"{signer}.pem", "-inkey", self.folder / f"{signer}.key"]
        more = [*(["-chain", given] if chain else []), *(["-token_out"] if token else [])]
        openssl("ts", "-reply", "-config", self.config, "-queryfile", query, *signing, *more, "-out", reply)
        return reply.read_bytes()

    def signed(self, signer: str, info: bytes, *, named: bool = True) -> bytes:
        """A token over a time stamp by any certificate, `named` in it or not, which `openssl ts` would not make."""
        (self.folder / "info").write_bytes(info)
        signing = ["-signer", self.folder / f"{signer}.pem", "-inkey", self.folder / f"{signer}.key", "-md", "sha256"]
        form = [
            "-binary",
            "-nodetach",
            "-nosmimecap",
            *(["-cades"] if named else []),
            "-econtent_type",
            "1.2.840.113549.1.9.16.1.4",
        ]
        out = self.folder / "signed.der"
        openssl("cms", "-sign", "-in", self.folder / "info", *signing, *form, "-outform", "DER", "-out", out)
        return out.read_bytes()

    def holds(self, token: bytes) -> bool:
        """Whether openssl itself verifies a stamp over the note, from `root`."""
        (self.folder / "held.tsr").write_bytes(token)
        (self.folder / "data").write_bytes(NOTE)
        verify = ["openssl", "ts", "-verify", "-in", self.folder / "held.tsr", "-data", self.folder / "data"]
        done = subprocess.run([*verify, "-CAfile", self.folder / "root.pem"], capture_output=True, check=False)
        return done.returncode == 0


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    made = Authority(tmp_path_factory.mktemp("authority"))
    made.certify("root", "root")
    made.certify("tsa", "leaf", "root")
    return made


@pytest.fixture(scope="module")
def roots(authority: Authority) -> Roots:
    return Roots.parse((authority.folder / "root.pem").read_bytes())


@pytest.fixture(scope="module")
def stamp(authority: Authority) -> bytes:
    return authority.stamp("tsa")


def refused(token: bytes, roots: Roots | None, code: str, stamped: bytes = NOTE) -> str:
    with pytest.raises(VerificationError) as caught:
        verify_stamp(token, stamped, roots)
    assert caught.value.code == code, str(caught.value)
    return str(caught.value)


def agrees(token: bytes, roots: Roots, stamped: bytes = NOTE) -> bool:
    """Whether rfc3161-client verifies it too."""
    try:
        response = decode_timestamp_response(token)
        return VerifierBuilder(roots=list(roots.certificates)).build().verify_message(response, stamped)
    except (OracleError, ValueError):
        return False


def test_a_stamp_and_its_moment(authority: Authority, stamp: bytes, roots: Roots) -> None:
    moment = verify_stamp(stamp, NOTE, roots)
    assert abs(moment - datetime.now(UTC)) < timedelta(minutes=5)
    assert agrees(stamp, roots)
    assert authority.holds(stamp)
    assert moment == decode_timestamp_response(stamp).tst_info.gen_time
    assert verify_stamp(stamp, NOTE, None) == moment
    assert verify_stamp(authority.stamp("tsa", token=True), NOTE, roots) >= moment


def test_it_is_over_these_bytes_alone(stamp: bytes, roots: Roots) -> None:
    refused(stamp, roots, "stamp-wrong", NOTE + b"\n")
    assert not agrees(stamp, roots, NOTE + b"\n")


@pytest.mark.parametrize(("digest", "ess"), [("sha256", "sha1"), ("sha384", "sha256"), ("sha512", "sha512")])
@pytest.mark.parametrize("algorithm", [EC, RSA], ids=["ec", "rsa"])
def test_kinds_of_signatures(tmp_path: Path, digest: str, ess: str, algorithm: list[str]) -> None:
    made = Authority(tmp_path, digest=digest, ess=ess)
    roots = Roots.parse(made.certify("root", "root"))
    made.certify("tsa", "leaf", "root", algorithm)
    verify_stamp(made.stamp("tsa"), NOTE, roots)


def test_a_chain_leads_to_the_readers_root(authority: Authority, roots: Roots) -> None:
    authority.certify("between", "short", "root")
    authority.certify("far", "leaf", "between")
    whole = authority.stamp("far", "between")
    verify_stamp(whole, NOTE, roots)
    assert authority.holds(whole)  # rfc3161-client does not read openssl's order of certificates
    refused(authority.stamp("far"), roots, "stamp-wrong")
    other = Roots.parse(authority.certify("other", "root"))
    assert "root" in refused(whole, other, "stamp-wrong")
    refused(whole, Roots(()), "stamp-wrong")
    authority.certify("deeper", "root", "between")
    authority.certify("deepest", "leaf", "deeper")
    refused(authority.stamp("deepest", "deeper", "between"), roots, "stamp-wrong")


@pytest.mark.parametrize("section", ["powerless", "signs_no_certificates"])
def test_who_may_not_issue_issues_nothing(authority: Authority, roots: Roots, section: str) -> None:
    authority.certify(section, section, "root")
    authority.certify("under", "leaf", section)
    refused(authority.stamp("under", section), roots, "stamp-wrong")


def test_a_certificate_that_says_what_nobody_knows(authority: Authority, roots: Roots) -> None:
    authority.certify("odd", "strange", "root")
    refused(authority.stamp("odd"), roots, "stamp-wrong")
    verify_stamp(authority.stamp("odd"), NOTE, None)


@pytest.mark.parametrize(("section", "good"), [("leaf", True), ("any", False), ("soft", False), ("both", False)])
def test_a_certificate_for_time_stamping_and_nothing_else(
    authority: Authority, roots: Roots, section: str, good: bool
) -> None:
    authority.certify(f"{section}-only", section, "root")
    token = authority.signed(f"{section}-only", info_of(authority.stamp("tsa")))
    for trusted in (roots, None):
        if good:
            verify_stamp(token, NOTE, trusted)
        else:
            assert "time stamping" in refused(token, trusted, "stamp-wrong")


def info_of(stamp: bytes) -> bytes:
    """What a stamp signs."""
    content = der.read(stamp).parts()[1].parts()[1].only(0xA0).parts()[2]
    return content.parts()[1].only(0xA0).octets()


def test_a_signature_names_its_certificate(authority: Authority, stamp: bytes) -> None:
    verify_stamp(authority.signed("tsa", info_of(stamp)), NOTE, None)
    token = authority.signed("tsa", info_of(stamp), named=False)
    assert "name its certificate" in refused(token, None, "stamp-wrong")


def test_a_root_that_was_not_valid_yet_or_no_more(authority: Authority, stamp: bytes) -> None:
    """The same key and name, in another year."""
    key, out = authority.folder / "root.key", authority.folder / "late.pem"
    openssl(
        "req", "-new", "-config", authority.config, "-key", key, "-subj", "/CN=root", "-out", authority.folder / "r.csr"
    )
    signing = ["x509", "-req", "-in", authority.folder / "r.csr", "-signkey", key, "-extfile", authority.config]
    openssl(*signing, "-extensions", "root", "-days", "-1", "-out", out)
    refused(stamp, Roots.parse(out.read_bytes()), "stamp-wrong")


def test_without_its_certificate(authority: Authority, roots: Roots) -> None:
    assert "missing" in refused(authority.stamp("tsa", certificates=False), roots, "stamp-wrong")


def test_what_is_no_stamp(stamp: bytes, roots: Roots) -> None:
    for token in (
        b"",
        b"\x30",
        b"\x30\x00",
        b"\x30\x80\x00\x00",
        b"\x30\x84\xff\xff\xff\xff",
        stamp[:-1],
        stamp + b"\0",
    ):
        refused(token, roots, "stamp-malformed")
    refused(b"\x30\x82\x40\x00" + b"\x30\x82" * 8000, roots, "stamp-malformed")
    for pem in (b"", b"no certificate"):
        with pytest.raises(ValueError, match="PEM"):
            Roots.parse(pem)


def test_an_authority_that_refused(authority: Authority, roots: Roots) -> None:
    refusal = bytes.fromhex("30053003020102")
    with pytest.raises(VerificationError):
        verify_stamp(refusal, NOTE, roots)


def test_every_byte_counts(stamp: bytes, roots: Roots) -> None:
    for at in range(len(stamp)):
        changed = bytearray(stamp)
        changed[at] ^= 1 << at % 8
        with pytest.raises(VerificationError):
            verify_stamp(bytes(changed), NOTE, roots)


@given(place=st.floats(0, 1, exclude_max=True), bits=st.integers(1, 255))
@settings(max_examples=300)
def test_any_flipped_byte_is_refused(stamp: bytes, roots: Roots, place: float, bits: int) -> None:
    changed = bytearray(stamp)
    changed[int(place * len(stamp))] ^= bits
    for trusted in (roots, None):
        with pytest.raises(VerificationError):
            verify_stamp(bytes(changed), NOTE, trusted)


@given(data=st.binary(max_size=200))
def test_anything_at_all_ends_in_a_verdict(data: bytes) -> None:
    with pytest.raises(VerificationError):
        verify_stamp(data, NOTE, None)


def test_roots_are_what_was_given(authority: Authority, roots: Roots) -> None:
    assert roots.certificates == (x509.load_pem_x509_certificate((authority.folder / "root.pem").read_bytes()),)
