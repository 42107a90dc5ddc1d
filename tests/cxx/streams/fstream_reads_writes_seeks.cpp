/* File streams: reading and writing the same file by turns, positions beyond 4 GiB, small and no
 * buffers, putback, append, binary bytes, exceptions by mask, moves and swaps. */
#include "../check.h"

#include <filesystem>
#include <fstream>
#include <string>

int main()
{
    enter_scratch();
    {
        std::fstream file("both", std::ios::in | std::ios::out | std::ios::trunc);
        for (int i = 0; i < 1000; i++)
            file << i << '\n';
        file.seekg(0);
        std::string line;
        int lines = 0;
        while (std::getline(file, line))
            CHECK(std::stoi(line) == lines++);
        CHECK(file.eof() && !file.bad());
        file.clear();
        file.seekp(10).write("XY", 2);
        file.seekg(8);
        file >> line;
        std::printf("%d lines, then %s\n", lines, line.c_str());
        file.clear();
        file.seekg(-4, std::ios::end);
        file >> lines;
        std::printf("last %d\n", lines);
    }
    {
        std::ofstream sparse("sparse", std::ios::binary);
        sparse.seekp(5ll << 30);
        sparse << "end";
        CHECK(sparse.tellp() == (5ll << 30) + 3);
    }
    std::ifstream far("sparse", std::ios::binary);
    char text[4] = {};
    far.seekg(-3, std::ios::end).read(text, 3);
    std::printf("%s at %lld\n", text, (long long)far.tellg());
    far.seekg(0).read(text, 3);
    CHECK(far && text[0] == 0 && std::filesystem::file_size("sparse") == (5ull << 30) + 3);
    std::filesystem::remove("sparse");

    std::string all;
    for (int i = 0; i < 5000; i++)
        all += char(i * 31);
    for (int size : {0, 1, 7, 65536}) {
        std::string room(size + 1, '\0');
        std::ofstream out;
        out.rdbuf()->pubsetbuf(size == 0 ? nullptr : room.data(), size);
        out.open("bytes", std::ios::binary);
        out << all.substr(0, 2500);
        for (size_t i = 2500; i < all.size(); i++)
            out.put(all[i]);
        out.close();
        std::ifstream in;
        in.rdbuf()->pubsetbuf(size == 0 ? nullptr : room.data(), size);
        in.open("bytes", std::ios::binary);
        CHECK(std::string(std::istreambuf_iterator<char>(in), {}) == all);
    }
    {
        std::ofstream("log") << "one ";
        std::ofstream more("log", std::ios::app);
        more.seekp(0);
        more << "two";
    }
    std::ifstream log("log");
    std::string word;
    log >> word;
    log.putback('X');
    std::printf("%c%c ", log.get(), log.peek());
    log >> word;
    std::printf("%s\n", word.c_str());

    std::ifstream none;
    none.exceptions(std::ios::failbit);
    CHECK_THROWS(std::ios_base::failure, none.open("none"));
    std::ofstream into("moved"), other("other");
    std::ofstream taken = std::move(into);
    taken << "through the move";
    swap(taken, other);
    other.close();
    taken.close();
    CHECK(std::filesystem::file_size("moved") == 16 && std::filesystem::file_size("other") == 0);
    std::ofstream full("/dev/full");
    full << "x" << std::flush;
    CHECK(full.bad());
    return check_done();
}
