#include <fcntl.h>

#include <exception>
#include <iostream>

#include "base/heap.hpp"
#include "cli/args.hpp"
#include "cli/completion.hpp"
#include "cli/jobs.hpp"
#include "cli/man.hpp"
#include "cli/message.hpp"
#include "job/record/report_check.hpp"
#include "job/signals.hpp"
#include "media/libav/log.hpp"

namespace {

using namespace invisiblur::cli;

constexpr int kFailed = 1, kUsage = 2;

int print(const std::string& text) {
    return std::cout << text << std::flush ? 0 : kFailed;
}

int print_table(const std::string& format) {
    if (format == "markdown") return print(markdown_table());
    if (format == "man") return print(man_page());
    if (format == "bash") return print(bash_completion());
    if (format == "zsh") return print(zsh_completion());
    if (format == "avoptions") return print(avoption_table());
    throw UsageError("--print-table knows markdown, man, bash, zsh and avoptions");
}

/// One line for signature, source and result each.
int check(const std::string& report) {
    const invisiblur::ReportCheck found = invisiblur::check_report(report);
    std::string text;
    for (const std::string& line : found.lines) text += line + "\n";
    const int printed = print(text);
    return found.good ? printed : kFailed;
}

int run(const Command& command) {
    switch (command.action) {
        case Action::help:
            return print(help_text());
        case Action::help_all:
            return print(full_help_text());
        case Action::check_report:
            return check(command.options.check_report);
        case Action::version:
            return print(version_text());
        case Action::print_table:
            return print_table(command.table);
        case Action::run:
            break;
    }
    invisiblur::av::set_libav_verbosity(command.options.verbose ? 1 : 0);
    return run_jobs(make_plan(command));
}

/// Whoever starts a program with standard streams closed must not find messages in the middle of a video that got their number:
/// what is closed is opened such that using it still fails.
void occupy_standard_streams() {
    for (const int number : {0, 1, 2}) {
        if (fcntl(number, F_GETFD) < 0) static_cast<void>(open("/dev/null", number == 0 ? O_WRONLY : O_RDONLY));
    }
}

}  // namespace

int main(int argc, char** argv) {
    occupy_standard_streams();
    invisiblur::share_heaps();
    try {
        if (argc == 1) {
            std::cerr << start_text();
            return kUsage;
        }
        invisiblur::install_signal_handlers();
        return run(parse_arguments({argv + 1, argv + argc}));
    } catch (const UsageError& error) {
        print_error(error.what());
        return kUsage;
    } catch (const std::exception& error) {
        print_error(error.what());
        return kFailed;
    } catch (...) {
        print_error("an unknown error");
        return kFailed;
    }
}
