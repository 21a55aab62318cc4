#include "job/record/report_check.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "base/json_text.hpp"
#include "base/sha256.hpp"
#include "base/signature.hpp"

namespace invisiblur {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> content_of(const std::string& path) {
    std::error_code failed;
    if (!fs::is_regular_file(path, failed)) return std::nullopt;
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file || !text) return std::nullopt;
    return std::move(text).str();
}

Json read_report(const std::string& path, const std::string& text) {
    try {
        Json report = parse_json(text);
        if (report.is_object() && report.value("format", "") == "invisiblur-report") return report;
    } catch (const std::exception&) {
        // said below, for all cases alike
    }
    throw std::runtime_error("--check-report: " + path + " is no report: give the file that --report wrote");
}

/// Where a file is that a report names: at its path, or beside the report, when both were moved.
std::optional<std::string> find_file(const std::string& named, const std::string& report) {
    std::error_code failed;
    const std::string beside = (fs::path(report).parent_path() / fs::path(named).filename()).string();
    for (const std::string& path : {named, beside})
        if (fs::is_regular_file(path, failed)) return path;
    return std::nullopt;
}

class Checking {
public:
    explicit Checking(const std::string& path) : path_(path) {}

    ReportCheck run() {
        const auto text = content_of(path_);
        if (!text) throw std::runtime_error("--check-report: cannot read " + path_);
        check_signature(*text);
        const Json report = read_report(path_, *text);
        check_file("source", report.value("source", ""), report.value("source_sha256", ""));
        check_file("result", report.value("output", ""), report.value("output_sha256", ""));
        return std::move(check_);
    }

private:
    void say(bool good, const std::string& line) {
        check_.good &= good;
        check_.lines.push_back(line);
    }

    void check_signature(const std::string& text) {
        const auto signature = content_of(signature_path(path_)), pem = content_of(public_key_path(path_));
        if (!signature) return say(false, "signature: missing, there is no " + signature_path(path_));
        if (!pem) return say(false, "signature: cannot be checked, there is no " + public_key_path(path_));
        const PublicKey key(*pem, public_key_path(path_));
        const bool good = key.verifies(text, *signature);
        say(good, good ? "signature: good, by the key " + key.fingerprint() + "; it proves who signed only if that is the signer's key"
                       : "signature: WRONG, the report, its signature or the key was changed");
    }

    void check_file(const std::string& what, const std::string& named, const std::string& sha256) {
        if (named.empty() || sha256.empty()) return say(false, what + ": cannot be checked, the report names no file with its SHA-256");
        const auto found = find_file(named, path_);
        if (!found) return say(false, what + ": missing, " + named + " is neither there nor beside the report");
        const bool same = sha256_file(*found) == sha256;
        say(same, what + (same ? ": unchanged, " : ": CHANGED, ") + *found);
    }

    std::string path_;
    ReportCheck check_;
};

}  // namespace

std::string signature_path(const std::string& report) {
    return report + ".sig";
}

std::string public_key_path(const std::string& report) {
    return report + ".pub.pem";
}

ReportCheck check_report(const std::string& path) {
    return Checking(path).run();
}

}  // namespace invisiblur
