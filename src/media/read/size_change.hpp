#pragma once
#include <atomic>
#include <stdexcept>
#include <string>

#include "invisiblur/options.hpp"
#include "media/libav/handles.hpp"

namespace invisiblur::av {

/// A file's pictures change their size, and nobody has said yet which one the result shall have.
class SizeChange : public std::runtime_error {
public:
    explicit SizeChange(int stream) : std::runtime_error("the frame size of stream " + std::to_string(stream) + " changes"), stream_(stream) {}

    int stream() const { return stream_; }

private:
    int stream_;
};

/// The size that each video stream of a file goes on in, as options.size has it: the largest that lasts a second or more in all, else the one that
/// lasts longest. Streams that keep their size are not named, but for the one given: of what changes, damage may leave only one size. Decodes the whole file.
/// Errors: as the Reader's.
std::string lasting_sizes(const std::string& path, const Options& options, int stream, const std::atomic<bool>& cancel);

/// Whether a frame is the first of another size than the one before it, as the source has them.
bool begins_another_size(const AVFrame& frame);
void mark_another_size(AVFrame& frame);

}  // namespace invisiblur::av
