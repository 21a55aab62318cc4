#include "base/signature.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "support/clips.hpp"
#include "support/process.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

void write_text(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

std::string make_key(const TempDir& folder, const std::string& name) {
    must_run({"openssl", "genpkey", "-algorithm", "ed25519", "-out", folder / name});
    return folder / name;
}

std::string refusal(const std::string& path) {
    try {
        const SigningKey key(path);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "no refusal";
}

}  // namespace

TEST_CASE("openssl's command line finds a signature good, and ours openssl's") {
    const TempDir folder;
    const SigningKey key(make_key(folder, "key.pem"));
    const std::string message = std::string("what was done\n\0 to it", 21);
    write_text(folder / "message", message);
    write_text(folder / "message.sig", key.sign(message));
    write_text(folder / "pub.pem", key.public_pem());
    must_run({"openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", folder / "pub.pem", "-in", folder / "message", "-sigfile", folder / "message.sig"});
    must_run({"openssl", "pkeyutl", "-sign", "-rawin", "-inkey", folder / "key.pem", "-in", folder / "message", "-out", folder / "theirs.sig"});
    const PublicKey known(key.public_pem(), "the key");
    CHECK(known.verifies(message, content_of(folder / "theirs.sig")));
    must_run({"openssl", "pkey", "-pubin", "-in", folder / "pub.pem", "-outform", "DER", "-out", folder / "pub.der"});
    CHECK(run({"sha256sum", folder / "pub.der"}).out.starts_with(known.fingerprint() + " "));
}

TEST_CASE("a signature of something else, by another key or cut short is no signature") {
    const TempDir folder;
    const SigningKey key(make_key(folder, "key.pem")), other(make_key(folder, "other.pem"));
    const PublicKey known(key.public_pem(), "the key");
    const std::string signature = key.sign("report");
    CHECK(known.verifies("report", signature));
    CHECK_FALSE(known.verifies("Report", signature));
    CHECK_FALSE(known.verifies("report", other.sign("report")));
    CHECK_FALSE(known.verifies("report", signature.substr(1)));
    CHECK_FALSE(known.verifies("report", ""));
}

TEST_CASE("a file that is no key is refused in a sentence that says how to make one") {
    const TempDir folder;
    const std::string how = " is no private key for Ed25519 in PEM; make one with \"openssl genpkey -algorithm ed25519 -out FILE\"";
    write_text(folder / "letter", "Dear Sir or Madam,\n");
    CHECK(refusal(folder / "letter") == "--sign: " + (folder / "letter") + how);
    must_run({"openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", folder / "ec.pem"});
    CHECK(refusal(folder / "ec.pem") == "--sign: " + (folder / "ec.pem") + how);
    CHECK(refusal(folder / "none") == "--sign: cannot open " + (folder / "none") + ": No such file or directory");
    make_key(folder, "key.pem");
    must_run({"openssl", "pkey", "-in", folder / "key.pem", "-aes256", "-passout", "pass:x", "-out", folder / "locked.pem"});
    CHECK(refusal(folder / "locked.pem").find("is locked with a password") != std::string::npos);
    CHECK_THROWS_WITH_AS(PublicKey("nothing", "x.pem"), "x.pem is no public key for Ed25519 in PEM", std::runtime_error);
}
