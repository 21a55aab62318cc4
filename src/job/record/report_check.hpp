#pragma once
#include <string>
#include <vector>

namespace invisiblur {

/// What stands beside a signed report: the signature's 64 bytes, of all bytes of the report's file, and the public key.
std::string signature_path(const std::string& report);
std::string public_key_path(const std::string& report);

/// What was found out about a signed report.
struct ReportCheck {
    std::vector<std::string> lines;  ///< one for signature, source and result each, such as "source: unchanged, talk.mkv"
    bool good = true;                ///< all three hold
};

/// Holds a report against its signature, and the source and the result against the SHA-256 that it names. They are looked for where the report says,
/// and else beside the report. Whose key it is nobody can tell from these files: the line about the signature has the key's fingerprint, which must be the
/// signer's.
/// Errors: std::runtime_error where the report cannot be read or is none.
ReportCheck check_report(const std::string& path);

}  // namespace invisiblur
