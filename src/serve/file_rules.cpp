#include "serve/file_rules.hpp"

#include <fcntl.h>
#include <link.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>

#include "detect/model_file.hpp"

namespace invisiblur::serve {
namespace {

namespace fs = std::filesystem;

// What came after Debian 12's headers, by the version of Landlock that brought it.
constexpr std::uint64_t kTruncate = 1 << 14, kDevices = 1 << 15;  // 3, 5
constexpr std::uint64_t kTcp = 3, kOutsideSocketsAndSignals = 3;  // 4, 6

constexpr std::uint64_t kRead = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kRun = kRead | LANDLOCK_ACCESS_FS_EXECUTE;
constexpr std::uint64_t kWrite = kRead | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE | kTruncate;
constexpr std::uint64_t kOfFiles = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_EXECUTE | kTruncate | kDevices;
constexpr std::uint64_t kFirstVersion = (std::uint64_t{LANDLOCK_ACCESS_FS_MAKE_SYM} << 1) - 1;

/// As the newest kernel knows it; an older one asks that what it does not know is 0.
struct Handled {
    std::uint64_t files, network, scope;
};

int version() {
    static const long found = syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return static_cast<int>(found);
}

std::uint64_t handled_files() {
    return kFirstVersion | (version() >= 3 ? kTruncate : 0) | (version() >= 5 ? kDevices : 0);
}

[[noreturn]] void fail(const fs::path& place) {
    throw std::runtime_error("cannot keep a worker to its own files, at " + place.string() + ": " + std::strerror(errno));
}

int add_rule(int rules, int place, std::uint64_t rights) noexcept {
    const landlock_path_beneath_attr rule{rights, place};
    return static_cast<int>(syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0));
}

/// Folders of the libraries that are loaded, wherever this machine keeps them.
int add_folder(dl_phdr_info* library, std::size_t, void* rules) {
    const fs::path file = library->dlpi_name;
    if (file.is_absolute()) static_cast<FileRules*>(rules)->run(file.parent_path());
    return 0;
}

}  // namespace

FileRules::FileRules() {
    if (!kept()) return;
    const Handled handled{handled_files(), version() >= 4 ? kTcp : 0, version() >= 6 ? kOutsideSocketsAndSignals : 0};
    rules_ = static_cast<int>(syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0));
    if (rules_ < 0) fail("the beginning");
}

FileRules::~FileRules() {
    if (rules_ >= 0) close(rules_);
}

FileRules::FileRules(FileRules&& other) noexcept : rules_(std::exchange(other.rules_, -1)) {}

bool FileRules::kept() {
    return version() > 0;
}

void FileRules::add(const fs::path& place, std::uint64_t rights) {
    if (rules_ < 0) return;
    const int descriptor = open(place.c_str(), O_PATH | O_CLOEXEC);
    if (descriptor < 0) return;
    struct stat facts {};
    const bool folder = fstat(descriptor, &facts) == 0 && S_ISDIR(facts.st_mode);
    const int done = add_rule(rules_, descriptor, rights & handled_files() & (folder ? ~std::uint64_t{0} : kOfFiles));
    close(descriptor);
    if (done != 0) fail(place);
}

void FileRules::read(const fs::path& place) {
    add(place, kRead);
}

void FileRules::run(const fs::path& place) {
    add(place, kRun);
}

void FileRules::write(const fs::path& folder) {
    add(folder, kWrite);
}

bool FileRules::apply() const noexcept {
    if (rules_ < 0) return true;
    const int self = open("/proc/self", O_PATH | O_CLOEXEC);
    if (self >= 0) add_rule(rules_, self, kRead);
    if (self >= 0) close(self);
    return syscall(SYS_landlock_restrict_self, rules_, 0) == 0;
}

FileRules FileRules::of_this_program() {
    FileRules rules;
    rules.run("/proc/self/exe");
    for (const char* const folder : {"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib"}) rules.run(folder);
    dl_iterate_phdr(add_folder, &rules);
    if (const char* const folders = std::getenv("LD_LIBRARY_PATH")) {
        std::istringstream list(folders);
        for (std::string folder; std::getline(list, folder, ':');)
            if (folder.starts_with('/')) rules.run(folder);
    }
    std::error_code failed;
    const fs::path folder = fs::read_symlink("/proc/self/exe", failed).parent_path(), prefix = folder.parent_path();
    for (const char* const engines : {"lib", "../.engines"}) rules.run(prefix / engines);  // of the network; those of a build stand in its source
    for (const fs::path& share : {prefix / "share", fs::path("/usr/share"), fs::path("/usr/local/share")}) {
        rules.read(share / "invisiblur");
        rules.read(share / "opencv4");
    }
    // Python's wheels have models and engine beside the program.
    rules.run(folder / "invisiblur-engines");
    for (const ModelFile& beside : {kCenterfaceModel, kYunetModel, kTextModel, kDescriptorModel, kLandmarkModel}) rules.read(folder / beside.name);
    if (const char* const model = std::getenv("INVISIBLUR_MODEL")) {
        rules.read(model);
        for (const ModelFile& beside : {kYunetModel, kDescriptorModel, kLandmarkModel}) rules.read(fs::path(model).parent_path() / beside.name);
    }
    // The linker's list, local time; how many processors and how much memory there are for this process; what is as good as nothing.
    for (const char* const fact : {"/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/localtime", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat",
                                   "/sys/devices/system", "/sys/fs/cgroup", "/dev/urandom"})
        rules.read(fact);
    rules.add("/dev/null", kRead | LANDLOCK_ACCESS_FS_WRITE_FILE);
    return rules;
}

}  // namespace invisiblur::serve
