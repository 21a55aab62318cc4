#pragma once
#include <string>

namespace invisiblur {

/// A file that is being written under the hidden name ".NAME.part" beside its final name. Who writes it holds a lock, which the kernel
/// takes away from a process that dies: a part without a lock is left over and is cleared away, one with a lock belongs to a run
/// that lives, and a second run for the same name is refused at once.
/// Errors:  std::runtime_error that names the final file and the reason.
/// Order:   write through descriptor(), publish(). Without it nothing is left under either name, and what stood there stays.
/// Threads: one thread at a time.
class PartFile {
public:
    enum class Existing { refuse, replace };

    explicit PartFile(const std::string& path);
    ~PartFile();
    PartFile(const PartFile&) = delete;
    PartFile& operator=(const PartFile&) = delete;

    int descriptor() const { return descriptor_; }

    /// Where the bytes are until publish().
    const std::string& part() const { return part_; }

    /// Puts all bytes on the disk; what can fail for want of room fails here at the latest.
    void sync();

    /// Gives the file its name.
    void publish(Existing existing);

    /// Gives the file unsafe_name() instead; what stands under its own name stays.
    void publish_unsafe(Existing existing);

private:
    bool take();
    void publish_under(const std::string& path, Existing existing);

    std::string path_;  ///< what links point to
    std::string part_;
    int descriptor_ = -1;
};

/// What a result is called in which a face was found: "NAME_unsafe.EXT" for NAME.EXT and for NAME_invisible.EXT, where links point to.
std::string unsafe_name(const std::string& path);

/// "NAME exists already: …", for an output that may not be replaced.
[[noreturn]] void refuse_taken(const std::string& path);

}  // namespace invisiblur
