#pragma once
#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>

namespace invisiblur::serve {

class Statement;

/// A SQLite file.
/// Errors:  std::runtime_error that names the file and SQLite's reason.
/// Threads: one thread at a time.
class Database {
public:
    explicit Database(const std::string& path);

    /// Runs statements that give no rows.
    void run(const std::string& sql);

    Statement prepare(const std::string& sql);

private:
    friend class Statement;
    [[noreturn]] void fail() const;

    struct Close {
        void operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }
    };
    std::string path_;
    std::unique_ptr<sqlite3, Close> handle_;
};

/// One statement with its values.
/// Order: bind() all values, counted from 1, then step() until it is false.
class Statement {
public:
    Statement(Database& database, const std::string& sql);

    Statement& bind(int place, const std::string& text);
    Statement& bind(int place, std::int64_t number);

    /// True where there is a row.
    bool step();

    std::string text(int column) const;
    std::int64_t number(int column) const;

private:
    struct Finalize {
        void operator()(sqlite3_stmt* handle) const noexcept { sqlite3_finalize(handle); }
    };
    Database& database_;
    std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

}  // namespace invisiblur::serve
