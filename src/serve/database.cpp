#include "serve/database.hpp"

#include <stdexcept>

namespace invisiblur::serve {
namespace {

constexpr int kWaitMs = 5000;  ///< for another process that reads the file, such as a backup

}  // namespace

Database::Database(const std::string& path) : path_(path) {
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW, nullptr);
    handle_.reset(handle);
    if (code != SQLITE_OK) fail();
    sqlite3_busy_timeout(handle, kWaitMs);
}

void Database::run(const std::string& sql) {
    if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail();
}

Statement Database::prepare(const std::string& sql) {
    return {*this, sql};
}

void Database::fail() const {
    throw std::runtime_error("cannot use the database " + path_ + ": " + (handle_ ? sqlite3_errmsg(handle_.get()) : "out of memory"));
}

Statement::Statement(Database& database, const std::string& sql) : database_(database) {
    sqlite3_stmt* handle = nullptr;
    if (sqlite3_prepare_v2(database.handle_.get(), sql.c_str(), static_cast<int>(sql.size()), &handle, nullptr) != SQLITE_OK) database.fail();
    handle_.reset(handle);
}

Statement& Statement::bind(int place, const std::string& text) {
    if (sqlite3_bind_text(handle_.get(), place, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT) != SQLITE_OK) database_.fail();
    return *this;
}

Statement& Statement::bind(int place, std::int64_t number) {
    if (sqlite3_bind_int64(handle_.get(), place, number) != SQLITE_OK) database_.fail();
    return *this;
}

bool Statement::step() {
    const int code = sqlite3_step(handle_.get());
    if (code != SQLITE_ROW && code != SQLITE_DONE) database_.fail();
    return code == SQLITE_ROW;
}

std::string Statement::text(int column) const {
    const auto* const bytes = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
    return bytes ? std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))) : std::string();
}

std::int64_t Statement::number(int column) const {
    return sqlite3_column_int64(handle_.get(), column);
}

}  // namespace invisiblur::serve
