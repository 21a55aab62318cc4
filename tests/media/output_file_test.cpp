#include "media/write/output_file.hpp"

#include <doctest/doctest.h>
#include <sys/mman.h>

#include <climits>
#include <string>

#include "support/process.hpp"

using namespace invisiblur::test;
using invisiblur::av::OutputFile;

TEST_CASE("bytes are under the name once they are committed, and only then") {
    const TempDir folder;
    const std::string bytes(1'000'000, 'x');
    OutputFile file(folder / "out", OutputFile::Existing::refuse);
    file.write({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    CHECK(content_of(folder / "out").empty());
    file.commit();
    CHECK(content_of(folder / "out") == bytes);
}

TEST_CASE("more bytes than an int counts are all written") {
    const std::size_t size = std::size_t{INT_MAX} + 5000;
    void* const zeros = mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);  // one page for all of them
    REQUIRE(zeros != MAP_FAILED);
    OutputFile file("/dev/null", OutputFile::Existing::replace);
    file.write({static_cast<const std::uint8_t*>(zeros), size});
    file.flush();
    CHECK(avio_tell(file.io()) == static_cast<std::int64_t>(size));
    munmap(zeros, size);
}

TEST_CASE("a full disk is an error that names the file") {
    OutputFile file("/dev/full", OutputFile::Existing::replace);
    const std::string bytes(1 << 20, 'x');
    CHECK_THROWS_WITH_AS(file.write({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}),
                         doctest::Contains("cannot write /dev/full"), std::exception);
}
