/* What the harness costs on the way to hnswlib: the same builds and searches, once through
 * limen_index_build and limen_index_search, once as a plain C++ loop over addPoint and searchKnn.
 *
 *     hnsw_direct [--n 10000] [--d 128] [--rounds 9]
 *
 * Both loops run in this process, in turn, A B B A, on the same rows with the same seed of levels;
 * their answers must be the same ids. What counts is the median of the rounds' ratios, in processor
 * time of this thread, which other programs disturb least. Ends with 1 when a median is above
 * 1.03.
 *
 * The library's header defines functions without `inline`, and the harness has them too: here they
 * live in a namespace of their own, after everything that the header includes. */
#include <assert.h>
#include <cpuid.h>
#include <immintrin.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <x86intrin.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <deque>
#include <fstream>
#include <iostream>
#include <limits>
#include <list>
#include <memory>
#include <mutex>
#include <queue>
#include <random>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <time.h>

namespace direct {
#include <hnswlib/hnswlib.h>
}

extern "C" {
#include "engines/engine.h"
}

namespace {

constexpr size_t M = 16, ef_construction = 200, ef = 40, k = 10, queries_count = 1000, seed = 1;
constexpr double most = 1.03;

double now_s() {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

std::vector<float> normal_rows(size_t rows, size_t d, unsigned stream) {
  std::mt19937_64 generator(stream);
  std::normal_distribution<float> normal;
  std::vector<float> values(rows * d);
  for (float &value : values) value = normal(generator);
  return values;
}

using answers = std::vector<int64_t>; /* queries x k */

/* ---- the two ways ---- */

struct plain {
  const std::vector<float> &base, &queries;
  size_t n, d;
  std::unique_ptr<direct::hnswlib::L2Space> space;
  std::unique_ptr<direct::hnswlib::HierarchicalNSW<float>> index;

  void build() {
    index.reset();
    space = std::make_unique<direct::hnswlib::L2Space>(d);
    index = std::make_unique<direct::hnswlib::HierarchicalNSW<float>>(space.get(), n, M,
                                                                      ef_construction, seed);
    for (size_t i = 0; i < n; i++) index->addPoint(base.data() + i * d, i);
  }

  void search(answers &out) {
    index->setEf(ef);
    for (size_t q = 0; q < queries_count; q++) {
      auto found = index->searchKnn(queries.data() + q * d, k);
      for (size_t i = found.size(); i > 0; found.pop())
        out[q * k + --i] = static_cast<int64_t>(found.top().second);
    }
  }
};

struct harness {
  const std::vector<float> &base, &queries;
  size_t n, d;
  struct limen_matrix rows;
  std::vector<size_t> order;
  struct limen_index index;

  void build() {
    limen_index_clear(&index);
    struct limen_index_settings settings = limen_index_defaults;
    struct limen_error error;
    settings.M = M;
    settings.ef_construction = ef_construction;
    settings.levels = LIMEN_LEVELS_LIBRARY; /* the plain loop has no others */
    settings.level_seed = seed;
    if (limen_index_build(limen_engine_find("hnswlib"), &rows, order.data(), &settings, &index,
                          &error) != LIMEN_OK) {
      std::fprintf(stderr, "%s\n", error.text);
      std::exit(4);
    }
  }

  void search(answers &out) {
    for (size_t q = 0; q < queries_count; q++) {
      size_t found;
      if (limen_index_search(&index, queries.data() + q * d, k, ef, out.data() + q * k, &found,
                             nullptr) != LIMEN_OK)
        std::exit(4);
    }
  }
};

/* ---- comparing ---- */

template <typename Work>
double time_of(Work work) {
  const double start = now_s();
  work();
  return now_s() - start;
}

/* Seconds of `theirs` and `ours`, each run twice: A B B A, so that a drift hits both alike. */
template <typename Theirs, typename Ours>
void take_turns(Theirs theirs, Ours ours, std::vector<double> &ratios, double &plain_s) {
  const double a = time_of(theirs), b = time_of(ours), c = time_of(ours), e = time_of(theirs);
  ratios.push_back((b + c) / (a + e));
  plain_s = (a + e) / 2;
}

/* `ratios` are of times, ours over theirs. Prints a line; whether the median is small enough. */
bool report(const char *what, std::vector<double> ratios, double per_s) {
  std::sort(ratios.begin(), ratios.end());
  const size_t count = ratios.size();
  const double median = (ratios[(count - 1) / 2] + ratios[count / 2]) / 2;
  std::printf("%-8s %12.0f/s %8.4f   %.4f .. %.4f   %.4f .. %.4f  %s\n", what, per_s, median,
              ratios[count / 4], ratios[count - 1 - count / 4], ratios.front(), ratios.back(),
              median <= most ? "" : "above 1.03");
  return median <= most;
}

size_t number_after(int count, char **arguments, const char *name, size_t otherwise) {
  for (int i = 1; i + 1 < count; i++)
    if (std::string(arguments[i]) == name) return std::stoul(arguments[i + 1]);
  return otherwise;
}

}  // namespace

int main(int count, char **arguments) {
  const size_t n = number_after(count, arguments, "--n", 10000);
  const size_t d = number_after(count, arguments, "--d", 128);
  const size_t rounds = number_after(count, arguments, "--rounds", 9);
  std::vector<float> base = normal_rows(n, d, 1), queries = normal_rows(queries_count, d, 2);
  plain theirs = {base, queries, n, d, nullptr, nullptr};
  harness ours = {base, queries, n, d, {n, d, base.data()}, std::vector<size_t>(n), {}};
  for (size_t i = 0; i < n; i++) ours.order[i] = i;
  answers a(queries_count * k), b(queries_count * k);
  std::vector<double> builds, searches;
  double build_s = 0, search_s = 0;
  for (size_t round = 0; round < rounds; round++) {
    take_turns([&] { theirs.build(); }, [&] { ours.build(); }, builds, build_s);
    for (size_t pass = 0; pass < 3; pass++)
      take_turns([&] { theirs.search(a); }, [&] { ours.search(b); }, searches, search_s);
    if (a != b) {
      std::printf("the answers differ, so these are not the same searches\n");
      return 1;
    }
  }
  limen_index_clear(&ours.index);
  std::printf("n = %zu, d = %zu, M = %zu, ef_construction = %zu, ef = %zu, k = %zu, one thread\n",
              n, d, M, ef_construction, ef, k);
  std::printf("%-8s %14s %8s   %-16s   %-16s\n", "", "hnswlib", "times", "middle half",
              "lowest .. highest");
  const bool built = report("build", builds, static_cast<double>(n) / build_s);
  const bool searched = report("search", searches, static_cast<double>(queries_count) / search_s);
  return built && searched ? 0 : 1;
}
