#pragma once
#include "job/shard/shard_file.hpp"

namespace invisiblur::test {

/// A piece with three packets of its first stream (0, 2, 3) and two of its second (1, 4).
av::ShardHead small_head();
av::PacketPtr small_packet(int number);

/// Returns: path.
std::string save_small_piece(const std::string& path, const av::ShardHead& head = small_head(), const std::vector<std::int64_t>& masked = {2, 0});

}  // namespace invisiblur::test
