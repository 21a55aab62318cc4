#include <cstdint>
#include <stdexcept>

#include "job/shard/joined_shards.hpp"
#include "summed_file.hpp"

using namespace invisiblur;

/// Any bytes with a right sum are a piece whose packets can be read, or an exception.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static SummedFile file;
    try {
        const std::string path = file.with({data, size});
        av::JoinedShards pieces({path}, "");
        for (std::size_t video = 0; video < pieces.streams(); ++video) {
            while (pieces.next(video)) continue;
            static_cast<void>(pieces.masked(video));
        }
    } catch (const std::exception&) {
        return 0;
    }
    return 0;
}
