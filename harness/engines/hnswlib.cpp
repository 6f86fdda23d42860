/* Engine hnswlib: HNSW (Malkov and Yashunin, IEEE TPAMI 2018) as hnswlib 0.6.2 has it.
 *
 * This is the only source that includes hnswlib.h, which defines functions without `inline`. What
 * the library does otherwise than one would think, and what follows:
 *
 * - it throws, and a row that fails midway leaves a broken graph: every function that C calls is
 *   one try, and an index whose build failed is thrown away;
 * - it deals levels in the order of insertion, and ignores a level below 1 that it is given: with
 *   its scale of levels at 0 it deals level 0 only, and we give the others by label. It multiplies
 *   the scale by -ln(u); u is never 0, which would be no number: std::minstd_rand0 would have to
 *   give its least number, 1, twice in a row, and behind 1 comes 16807;
 * - ef is a field that stays as the last search left it: every search sets it;
 * - answers come farthest first;
 * - its counter of distances counts links, also those to rows that were seen before: a traced
 *   search counts at the distance function, which it puts in the place of the index's own; other
 *   searches have nothing of that in their way;
 * - saving tells nobody when the disk is full, and loading believes every byte: the size is looked
 *   at after the one, and index_accept.c looks at everything before the other;
 * - some fields are never set, as the count of deleted rows after loading. */
#include <hnswlib/hnswlib.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include <sys/stat.h>

extern "C" {
#include "base/memory.h"
#include "base/threads.h"
#include "engines/engine.h"
#include "engines/index_accept.h"

extern const struct limen_engine limen_engine_hnswlib;
}

namespace {

using library = hnswlib::HierarchicalNSW<float>;
using hnswlib::labeltype;
using hnswlib::tableint;

struct engine_state {
  std::unique_ptr<hnswlib::SpaceInterface<float>> space; /* the index points into it */
  std::unique_ptr<library> index;
};

library &index_of(void *state) { return *static_cast<engine_state *>(state)->index; }

/* Runs `work`, which returns a status, and turns what it throws into one. */
template <typename Work>
int guarded(const char *doing, struct limen_error *error, Work work) noexcept {
  static const char memory[] = "Not enough memory"; /* how the library's own texts begin */
  const char *words = "of a kind unknown";
  std::string text;
  try {
    return work();
  } catch (const std::bad_alloc &) {
    words = memory;
  } catch (const std::exception &thrown) {
    try {
      text = thrown.what();
      words = text.c_str();
    } catch (...) {
      words = memory;
    }
  } catch (...) {
  }
  if (std::strncmp(words, memory, sizeof memory - 1) == 0)
    return LIMEN_FAIL(error, LIMEN_FAILED,
                      "out of memory while hnswlib was %s; try fewer rows or a smaller M", doing);
  return LIMEN_FAIL(error, LIMEN_FAILED, "hnswlib failed while %s: %s", doing, words);
}

/* Vectors have unit length under cosine, where 1 - product is the distance as well. */
std::unique_ptr<engine_state> with_space(enum limen_metric metric, size_t columns) {
  auto state = std::make_unique<engine_state>();
  if (metric == LIMEN_L2)
    state->space = std::make_unique<hnswlib::L2Space>(columns);
  else
    state->space = std::make_unique<hnswlib::InnerProductSpace>(columns);
  return state;
}

/* What the library keeps beside its elements for every row: a pointer, a lock, a level, a mark. */
constexpr size_t beside =
    sizeof(char *) + sizeof(std::mutex) + sizeof(int) + sizeof(hnswlib::vl_type);

/* Throws when there is no room for an index without upper links. The library's constructors lose
 * what they have got when a later part fails, so all parts are asked for at once before. */
void expect_room(size_t rows, size_t columns, size_t M) {
  const size_t words = 1 + 2 * M + columns;
  const size_t element = words * sizeof(float) + sizeof(labeltype) + beside;
  void *volatile room = /* or a compiler leaves out both calls */
      std::malloc(rows * element + library::max_update_element_locks * sizeof(std::mutex));
  if (!room) throw std::bad_alloc();
  std::free(room);
}

/* The fields that no constructor sets. */
void set_forgotten(library &index) {
  index.num_deleted_ = 0;
  index.metric_distance_computations = 0;
  index.metric_hops = 0;
}

/* ---- building ---- */

struct insertion {
  library &index;
  const struct limen_matrix *base;
  const size_t *order;
  const struct limen_index_settings *settings;

  void insert(size_t i) const {
    const size_t row = order[i];
    int level = -1; /* the library's choice */
    if (settings->levels == LIMEN_LEVELS_BY_LABEL)
      level = static_cast<int>(limen_level_by_label(settings->level_seed, row, settings->M));
    index.addPoint(base->values + row * base->columns, row, level);
  }
};

/* Threads take the next row each. Whoever fails first stops the others; where the system gives no
 * more threads, fewer must do. */
void insert_together(const insertion &rows, size_t first, size_t end, size_t threads) {
  std::atomic<size_t> next{first};
  std::atomic<bool> stop{false};
  std::exception_ptr failure;
  std::mutex guard;
  auto work = [&] {
    try {
      for (size_t i; !stop && !limen_interrupted() && (i = next++) < end;) rows.insert(i);
    } catch (...) {
      std::lock_guard<std::mutex> lock(guard);
      if (!failure) failure = std::current_exception();
      stop = true;
    }
  };
  std::vector<std::thread> team;
  team.reserve(threads - 1);
  try {
    while (team.size() + 1 < threads) team.emplace_back(work);
  } catch (const std::exception &) { /* or those that run already would end the program */
  }
  work();
  for (std::thread &member : team) member.join();
  if (failure) std::rethrow_exception(failure);
}

int insert_all(const insertion &rows, struct limen_error *error) {
  const size_t end = rows.base->rows, threads = rows.settings->threads;
  const double scale = rows.index.mult_;
  if (rows.settings->levels == LIMEN_LEVELS_BY_LABEL) rows.index.mult_ = 0;
  rows.insert(0); /* alone: the others need a row to start from */
  if (threads > 1)
    insert_together(rows, 1, end, std::min(threads, end));
  else
    for (size_t i = 1; i < end && !limen_interrupted(); i++) rows.insert(i);
  rows.index.mult_ = scale; /* a saved index is then an ordinary one */
  if (rows.index.cur_element_count < end)
    return LIMEN_FAIL(error, LIMEN_INTERRUPTED, "interrupted after %zu of %zu rows",
                      static_cast<size_t>(rows.index.cur_element_count), end);
  return LIMEN_OK;
}

int build(const struct limen_matrix *base, const size_t *order,
          const struct limen_index_settings *settings, void **state, struct limen_error *error) {
  if (settings->factory)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "the engine hnswlib has no factory; leave it out, or take the engine faiss");
  return guarded("building an index", error, [&] {
    auto made = with_space(settings->metric, base->columns);
    expect_room(base->rows, base->columns, settings->M);
    made->index = std::make_unique<library>(made->space.get(), base->rows, settings->M,
                                            settings->ef_construction, settings->level_seed);
    set_forgotten(*made->index);
    int status = insert_all({*made->index, base, order, settings}, error);
    if (status == LIMEN_OK) *state = made.release();
    return status;
  });
}

void close_index(void *state) { delete static_cast<engine_state *>(state); }

/* ---- searching ---- */

/* From farthest first to nearest first. Of equally far rows the largest comes first out of the
 * queue, so they end up in the order of their numbers. */
int search(void *state, const float *query, size_t k, size_t ef, int64_t *ids, size_t *found,
           struct limen_error *error) {
  return guarded("searching", error, [&] {
    library &index = index_of(state);
    index.setEf(std::max(ef, k));
    auto answer = index.searchKnn(query, k);
    *found = answer.size();
    std::fill(ids + *found, ids + k, -1);
    for (size_t i = *found; i > 0; answer.pop())
      ids[--i] = static_cast<int64_t>(answer.top().second);
    return static_cast<int>(LIMEN_OK);
  });
}

/* Stands in for the distance function of an index while it lives. */
class tracer {
 public:
  tracer(library &traced, struct limen_trace *into)
      : index(traced), out(into), real(traced.fstdistfunc_), parameter(traced.dist_func_param_) {
    set_forgotten(index);
    index.fstdistfunc_ = distance;
    index.dist_func_param_ = this;
  }
  ~tracer() {
    index.fstdistfunc_ = real;
    index.dist_func_param_ = parameter;
  }
  tracer(const tracer &) = delete;
  tracer &operator=(const tracer &) = delete;

 private:
  static float distance(const void *query, const void *row, const void *self) {
    tracer *at = static_cast<tracer *>(const_cast<void *>(self));
    at->count(static_cast<const char *>(row));
    return at->real(query, row, at->parameter);
  }

  /* Where level 0 begins, nobody says. But above it every link that the library's counter counts is
   * evaluated, after it was counted, and so is the entry, which is not counted: when all that is
   * done, the next row is the first of level 0. There rows are evaluated once at most. */
  void count(const char *vector) {
    const size_t above = 1 + static_cast<size_t>(index.metric_distance_computations);
    on_level_0 = on_level_0 || out->distances == above;
    out->distances++;
    if (!on_level_0) return;
    if (out->row) {
      const size_t offset = static_cast<size_t>(vector - index.data_level0_memory_);
      const auto inner = static_cast<tableint>(offset / index.size_data_per_element_);
      out->row[out->found] = static_cast<uint32_t>(index.getExternalLabel(inner));
    }
    out->found++;
  }

  library &index;
  struct limen_trace *out;
  hnswlib::DISTFUNC<float> real;
  void *parameter;
  bool on_level_0 = false;
};

int trace(void *state, const float *query, size_t k, size_t ef, int64_t *ids, size_t *found,
          struct limen_trace *out, struct limen_error *error) {
  library &index = index_of(state);
  out->distances = out->found = 0;
  tracer counting(index, out);
  int status = search(state, query, k, ef, ids, found, error);
  out->hops = static_cast<size_t>(index.metric_hops);
  return status;
}

/* ---- looking inside ---- */

/* The links of one level; node_of(i) is the element inserted as the i-th. */
int fill_level(const library &index, const uint32_t *inserted, size_t nodes, int level,
               struct limen_graph_level *out, struct limen_error *error) {
  auto list_of = [&](size_t node) -> const unsigned * {
    const uint32_t inner = inserted[node];
    return level > index.element_levels_[inner] ? nullptr
                                                : index.get_linklist_at_level(inner, level);
  };
  auto length_of = [&](const unsigned *list) -> size_t {
    return list ? index.getListCount(const_cast<unsigned *>(list)) : 0;
  };
  out->offsets = static_cast<size_t *>(limen_alloc(nodes + 1, sizeof *out->offsets, error));
  if (!out->offsets) return LIMEN_FAILED;
  for (size_t i = 0; i < nodes; i++) out->offsets[i + 1] = out->offsets[i] + length_of(list_of(i));
  out->links = static_cast<uint32_t *>(limen_alloc(out->offsets[nodes], sizeof *out->links, error));
  if (!out->links) return LIMEN_FAILED;
  for (size_t i = 0; i < nodes; i++) {
    const unsigned *list = list_of(i);
    for (size_t j = 0; j < length_of(list); j++)
      out->links[out->offsets[i] + j] = static_cast<uint32_t>(index.getExternalLabel(list[1 + j]));
  }
  return LIMEN_OK;
}

int fill_graph(const library &index, struct limen_graph *out, struct limen_error *error) {
  const size_t nodes = index.cur_element_count;
  out->nodes = nodes;
  out->M = index.maxM_;
  out->most_links = index.maxM0_;
  out->entry = static_cast<uint32_t>(index.getExternalLabel(index.enterpoint_node_));
  out->levels = static_cast<size_t>(index.maxlevel_) + 1;
  out->top = static_cast<uint8_t *>(limen_alloc(nodes, sizeof *out->top, error));
  out->inserted = static_cast<uint32_t *>(limen_alloc(nodes, sizeof *out->inserted, error));
  out->level =
      static_cast<struct limen_graph_level *>(limen_alloc(out->levels, sizeof *out->level, error));
  if (!out->top || !out->inserted || !out->level) return LIMEN_FAILED;
  for (size_t i = 0; i < nodes; i++) {
    const labeltype node = index.getExternalLabel(static_cast<tableint>(i));
    out->inserted[node] = static_cast<uint32_t>(i);
    out->top[node] = static_cast<uint8_t>(index.element_levels_[i]);
  }
  int status = LIMEN_OK;
  for (int l = 0; l <= index.maxlevel_ && status == LIMEN_OK; l++)
    status = fill_level(index, out->inserted, nodes, l, &out->level[l], error);
  return status;
}

int graph(void *state, struct limen_graph *out, struct limen_error *error) {
  int status =
      guarded("showing its graph", error, [&] { return fill_graph(index_of(state), out, error); });
  if (status != LIMEN_OK) limen_graph_clear(out);
  return status;
}

/* Elements, upper links, what stands beside them, and an entry of a hash table for every row, which
 * is taken to be a node and a bucket. */
size_t bytes(const void *state) {
  const library &index = *static_cast<const engine_state *>(state)->index;
  const size_t node = sizeof(void *) + sizeof(std::pair<labeltype, tableint>);
  size_t sum =
      index.max_elements_ * (index.size_data_per_element_ + sizeof(char *) + sizeof(std::mutex) +
                             sizeof(int) + sizeof(hnswlib::vl_type) + node);
  sum += index.link_list_update_locks_.size() * sizeof(std::mutex);
  sum += index.label_lookup_.bucket_count() * sizeof(void *);
  for (size_t i = 0; i < index.cur_element_count; i++)
    sum += static_cast<size_t>(index.element_levels_[i]) * index.size_links_per_element_;
  return sum;
}

/* ---- files ---- */

/* What saveIndex has written when the disk had room: a head, elements, upper links. */
size_t saved_size(const library &index) {
  size_t sum = 96 + index.cur_element_count * (index.size_data_per_element_ + sizeof(unsigned));
  for (size_t i = 0; i < index.cur_element_count; i++)
    sum += static_cast<size_t>(index.element_levels_[i]) * index.size_links_per_element_;
  return sum;
}

int save(void *state, const char *path, struct limen_error *error) {
  return guarded("saving an index", error, [&] {
    library &index = index_of(state);
    struct stat about;
    errno = 0;
    index.saveIndex(path);
    const int reason = errno;
    if (stat(path, &about) != 0 || static_cast<size_t>(about.st_size) != saved_size(index))
      return LIMEN_FAIL(error, LIMEN_FAILED, "hnswlib could not write %zu bytes to %s: %s",
                        saved_size(index), path,
                        reason ? std::strerror(reason) : "the file came out shorter");
    return static_cast<int>(LIMEN_OK);
  });
}

int load(const char *path, size_t rows, size_t columns, const struct limen_index_settings *settings,
         void **state, struct limen_error *error) {
  struct limen_index_content content;
  const struct limen_index_wanted wanted = {
      rows, columns, settings->M, std::max(settings->ef_construction, settings->M), settings};
  int status = limen_index_accept(path, limen_index_reader_hnswlib.read, &wanted, &content, error);
  limen_index_content_clear(&content);
  if (status != LIMEN_OK) return status;
  return guarded("loading an index", error, [&] {
    auto made = with_space(settings->metric, columns);
    expect_room(rows, columns, settings->M);
    made->index = std::make_unique<library>(made->space.get(), path);
    set_forgotten(*made->index);
    *state = made.release();
    return static_cast<int>(LIMEN_OK);
  });
}

}  // namespace

const struct limen_engine limen_engine_hnswlib = {
    .name = "hnswlib",
    .about = "HNSW of the library hnswlib 0.6.2",
    .reads = LIMEN_READS_M | LIMEN_READS_EF_CONSTRUCTION | LIMEN_READS_EF | LIMEN_READS_LEVELS |
             LIMEN_READS_ORDER,
    .float64 = false,
    .build = build,
    .search = search,
    .trace = trace,
    .graph = graph,
    .bytes = bytes,
    .save = save,
    .load = load,
    .close = close_index,
};
