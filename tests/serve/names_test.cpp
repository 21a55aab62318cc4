#include "serve/names.hpp"

#include <doctest/doctest.h>

using namespace invisiblur::serve;

TEST_CASE("a file name that a client gave can do no harm") {
    CHECK(clean_file_name("a b.mp4") == "a b.mp4");
    CHECK(clean_file_name("../../etc/passwd") == "passwd");
    CHECK(clean_file_name("C:\\videos\\x.mkv") == "x.mkv");
    CHECK(clean_file_name("..") == "video");
    CHECK(clean_file_name(".part") == "part");
    CHECK(clean_file_name("") == "video");
    CHECK(clean_file_name("a\r\nSet-Cookie: x=1.mp4") == "a__Set-Cookie_ x=1.mp4");
    CHECK(clean_file_name("a\"><script>.mp4") == "a___script_.mp4");
    CHECK(clean_file_name("señal हि.mp4") == "señal हि.mp4");
    CHECK(clean_file_name("a\xff\xfe.mp4") == "a__.mp4");
    CHECK(clean_file_name("gpj\xe2\x80\xae" "4pm.exe") == "gpj_4pm.exe");  // a mark that turns the direction of writing
    CHECK(clean_file_name(std::string(1000, 'x')).size() == 200);
}

TEST_CASE("a download's name is plain text in its header") {
    CHECK(content_disposition("a b.mp4") == "attachment; filename=\"a b.mp4\"; filename*=UTF-8''a%20b.mp4");
    const std::string header = content_disposition("x\"\r\n: é.mp4");
    CHECK(header.find('\r') == std::string::npos);
    CHECK(header.find('\n') == std::string::npos);
    CHECK(header.ends_with("%C3%A9.mp4"));
}

TEST_CASE("tokens are random and only their own form is taken for one") {
    const std::string token = random_token();
    CHECK(is_token(token));
    CHECK(token != random_token());
    CHECK_FALSE(is_token(token + "0"));
    CHECK_FALSE(is_token("../../../../../../../etc/passwd0"));
    CHECK(same_secret(token, token));
    CHECK_FALSE(same_secret(token, random_token()));
    CHECK_FALSE(same_secret(token, token.substr(1)));
}
