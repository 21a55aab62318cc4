#include "serve/byte_range.hpp"

#include <doctest/doctest.h>

using namespace invisiblur::serve;

TEST_CASE("a part of a file is what its Range header says") {
    CHECK(parse_byte_range("bytes=0-0", 10) == ByteRange{0, 1});
    CHECK(parse_byte_range("bytes=4-7", 10) == ByteRange{4, 8});
    CHECK(parse_byte_range("bytes=4-", 10) == ByteRange{4, 10});
    CHECK(parse_byte_range("bytes=4-99999999999999", 10) == ByteRange{4, 10});
    CHECK(parse_byte_range("bytes=0-18446744073709551615", 10) == ByteRange{0, 10});
    CHECK(parse_byte_range("bytes=-3", 10) == ByteRange{7, 10});
    CHECK(parse_byte_range("bytes=-30", 10) == ByteRange{0, 10});
}

TEST_CASE("a part that no byte of the file is in is empty") {
    for (const auto* header : {"bytes=10-", "bytes=10-12", "bytes=99999-", "bytes=-0"}) {
        CAPTURE(header);
        const auto range = parse_byte_range(header, 10);
        CHECK((range && range->begin == range->end));
    }
    const auto of_nothing = parse_byte_range("bytes=0-", 0);
    CHECK((of_nothing && of_nothing->begin == of_nothing->end));
}

TEST_CASE("what cannot be read, or asks for several parts, asks for the whole file") {
    for (const auto* header : {"", "bytes", "bytes=", "bytes=-", "bytes=7-4", "bytes=a-b", "bytes=1-b", "bytes=+1-2", "bytes= 1-2",
                               "bytes=1-2,4-5", "lines=1-2", "bytes=--1", "bytes=1-18446744073709551616"}) {
        CAPTURE(header);
        CHECK(!parse_byte_range(header, 10));
    }
}
