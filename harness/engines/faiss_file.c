/* Four letters that name the kind, a head, and what the kind is made of: a graph before its
 * vectors, or vectors alone. */
#include "engines/faiss_file.h"

#include <inttypes.h>
#include <string.h>

#include "base/memory.h"

/* FAISS makes room for all levels with a chance above 1e-9, so for level 1 always; its own code,
 * and ours, asks for it unseen. */
enum { LETTERS = LIMEN_FAISS_LETTERS, LEVELS_LEAST = 2, LEVELS_MOST = 64 };

const char limen_faiss_rows_mark[LIMEN_FAISS_ROWS_MARK] = {'l', 'i', 'm', 'e', 'n', 'r', 'o', 'w'};

static const struct {
  char letters[LETTERS + 1];
  const char *what;
} others[] = {
    {"IxF2", "flat vectors, which have no graph"},
    {"IxFI", "flat vectors, which have no graph"},
    {"IxFl", "flat vectors, which have no graph"},
    {"IwFl", "an inverted file, which has no graph"},
    {"IwPQ", "an inverted file of product codes, which has no graph"},
    {"IwSq", "an inverted file of scalar codes, which has no graph"},
    {"IxPq", "product codes, which have no graph"},
    {"IxSQ", "scalar codes, which have no graph"},
    {"IHNp", "HNSW over product codes, which is not read"},
    {"IHNs", "HNSW over scalar codes, which is not read"},
    {"IHN2", "HNSW over two levels of codes, which is not read"},
    {"INSf", "NSG, which is not read"},
    {"INNf", "NNDescent, which is not read"},
    {"IxPT", "a transformation before an index; save the index within alone"},
    {"IxMp", "an index with ids of its own; save the index within alone"},
    {"IxRF", "an index with a second look; save the index within alone"},
};

#define TAKE(field, target) limen_index_cursor_take(from, field, &(target), sizeof(target), error)

/* ---- parts of the file ---- */

/* A vector: how many elements, then they. */
static int lend_vector(struct limen_index_cursor *from, const char *field, size_t size,
                       const uint8_t **out, size_t *count, struct limen_error *error) {
  uint64_t n = 0;
  int status = TAKE(field, n);
  if (status == LIMEN_OK) status = limen_index_cursor_lend(from, field, n, size, out, error);
  *count = n;
  return status;
}

static int wrong_length(const struct limen_index_cursor *from, const char *field, size_t size,
                        size_t count, size_t wanted, struct limen_error *error) {
  return LIMEN_FAIL(error, LIMEN_INPUT, "byte %zu, %s has %zu elements and should have %zu",
                    limen_index_cursor_at(from) - count * size - sizeof(uint64_t), field, count,
                    wanted);
}

/* The head that every index has; of the vectors below a graph it must say the same again. */
static int take_head(struct limen_index_cursor *from, struct limen_faiss_file *file, bool again,
                     struct limen_error *error) {
  int32_t columns = 0, metric = 0;
  int64_t rows = 0, unused = 0;
  uint8_t trained = 0;
  float argument = 0;
  const size_t start = limen_index_cursor_at(from);
  int status = TAKE("d", columns);
  if (status == LIMEN_OK) status = TAKE("ntotal", rows);
  if (status == LIMEN_OK) status = TAKE("dummy", unused);
  if (status == LIMEN_OK) status = TAKE("dummy", unused);
  if (status == LIMEN_OK) status = TAKE("is_trained", trained);
  if (status == LIMEN_OK) status = TAKE("metric_type", metric);
  if (status == LIMEN_OK && metric > LIMEN_FAISS_L2) status = TAKE("metric_arg", argument);
  if (status != LIMEN_OK) return status;
  if (trained != 1)
    return LIMEN_FAIL(error, LIMEN_INPUT, "byte %zu, is_trained is %d, and 1 is needed", start + 28,
                      trained);
  if (columns < 1)
    return LIMEN_FAIL(error, LIMEN_INPUT, "byte %zu, d is %" PRId32 ", and 1 is the least", start,
                      columns);
  if (rows < 1 || rows > INT32_MAX)
    return LIMEN_FAIL(error, LIMEN_INPUT, "byte %zu, ntotal is %" PRId64 "; 1 to %d are possible",
                      start + 4, rows, INT32_MAX);
  if (again && (columns != file->columns || rows != file->rows || metric != file->metric))
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "byte %zu: the vectors are %" PRId64 " x %" PRId32 " of metric %" PRId32
                      ", and the graph is over %" PRId64 " x %" PRId32 " of metric %" PRId32,
                      start, rows, columns, metric, file->rows, file->columns, file->metric);
  file->columns = columns;
  file->metric = metric;
  file->rows = rows;
  return LIMEN_OK;
}

static int take_cumulated(struct limen_index_cursor *from, struct limen_faiss_file *file,
                          struct limen_error *error) {
  const char *field = "cum_nneighbor_per_level";
  int status = lend_vector(from, field, sizeof(int32_t), &file->links.cum_nneighbor_per_level,
                           &file->n_cumulated, error);
  if (status != LIMEN_OK) return status;
  if (file->n_cumulated < LEVELS_LEAST + 1 || file->n_cumulated > LEVELS_MOST + 1)
    return LIMEN_FAIL(
        error, LIMEN_INPUT, "byte %zu, %s has %zu elements; %d to %d are possible",
        limen_index_cursor_at(from) - file->n_cumulated * sizeof(int32_t) - sizeof(uint64_t), field,
        file->n_cumulated, LEVELS_LEAST + 1, LEVELS_MOST + 1);
  for (size_t i = 0; i < file->n_cumulated; i++) {
    const int32_t before = i == 0 ? -1 : limen_faiss_list_start(&file->links, i - 1);
    const int32_t here = limen_faiss_list_start(&file->links, i);
    if (here <= before || here - before > UINT16_MAX || (i == 0 && here != 0))
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "byte %zu, %s[%zu] is %" PRId32 " after %" PRId32
                        ": it starts at 0 and rises by at most %d",
                        limen_index_cursor_at(from) - (file->n_cumulated - i) * sizeof(int32_t),
                        field, i, here, before, UINT16_MAX);
  }
  return LIMEN_OK;
}

static int take_links(struct limen_index_cursor *from, struct limen_faiss_file *file,
                      struct limen_error *error) {
  struct limen_faiss_links *links = &file->links;
  const size_t n = (size_t)file->rows;
  const uint8_t *unused = NULL;
  size_t count = 0;
  int status = lend_vector(from, "assign_probas", sizeof(double), &unused, &count, error);
  if (status == LIMEN_OK) status = take_cumulated(from, file, error);
  if (status == LIMEN_OK)
    status = lend_vector(from, "levels", sizeof(int32_t), &links->levels, &count, error);
  if (status == LIMEN_OK && count != n)
    status = wrong_length(from, "levels", sizeof(int32_t), count, n, error);
  file->levels_byte = limen_index_cursor_at(from) - n * sizeof(int32_t);
  if (status == LIMEN_OK)
    status = lend_vector(from, "offsets", sizeof(uint64_t), &links->offsets, &count, error);
  if (status == LIMEN_OK && count != n + 1)
    status = wrong_length(from, "offsets", sizeof(uint64_t), count, n + 1, error);
  file->offsets_byte = limen_index_cursor_at(from) - (n + 1) * sizeof(uint64_t);
  if (status == LIMEN_OK)
    status = lend_vector(from, "neighbors", sizeof(int32_t), &links->neighbors, &file->n_neighbors,
                         error);
  if (status == LIMEN_OK) links->nodes = n;
  return status;
}

/* Levels, and the offsets that follow from them. */
static int check_levels(const struct limen_faiss_file *file, struct limen_error *error) {
  uint64_t expected = 0;
  for (size_t i = 0; i <= file->links.nodes; i++) {
    uint64_t offset;
    memcpy(&offset, file->links.offsets + i * sizeof offset, sizeof offset);
    if (offset != expected)
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "byte %zu, offsets[%zu] is %" PRIu64 ", and %" PRIu64
                        " follows from the levels",
                        file->offsets_byte + i * sizeof offset, i, offset, expected);
    if (i == file->links.nodes) break;
    const int32_t levels = limen_faiss_levels(&file->links, i);
    if (levels < 1 || (size_t)levels >= file->n_cumulated)
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "byte %zu, levels[%zu] is %" PRId32 "; 1 to %zu are possible",
                        file->levels_byte + i * sizeof levels, i, levels, file->n_cumulated - 1);
    expected += (uint64_t)limen_faiss_list_start(&file->links, (size_t)levels);
    file->top[i] = (uint8_t)(levels - 1);
  }
  if (expected != file->n_neighbors)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "neighbors has %zu elements, and %" PRIu64 " follow from the levels",
                      file->n_neighbors, expected);
  return LIMEN_OK;
}

static int check_entry(const struct limen_faiss_file *file, size_t byte,
                       struct limen_error *error) {
  int32_t most = 0;
  if (file->entry_point < 0 || file->entry_point >= file->rows)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "byte %zu, entry_point is %" PRId32 ", but there are %" PRId64 " nodes", byte,
                      file->entry_point, file->rows);
  for (size_t i = 0; i < file->links.nodes; i++)
    if (file->top[i] > most) most = file->top[i];
  if (file->max_level != most)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "byte %zu, max_level is %" PRId32
                      ", and the highest node is on level %" PRId32,
                      byte + 4, file->max_level, most);
  if (file->top[file->entry_point] != most)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "byte %zu, entry_point %" PRId32
                      ": its highest level is %d, and max_level "
                      "is %" PRId32,
                      byte, file->entry_point, file->top[file->entry_point], most);
  return LIMEN_OK;
}

static int take_hnsw(struct limen_index_cursor *from, struct limen_faiss_file *file,
                     struct limen_error *error) {
  int32_t ef_search = 0, upper_beam = 0;
  int status = take_links(from, file, error);
  if (status != LIMEN_OK) return status;
  if (!(file->top = limen_alloc(file->links.nodes, sizeof *file->top, error))) return LIMEN_FAILED;
  if ((status = check_levels(file, error)) != LIMEN_OK) return status;
  const size_t byte = limen_index_cursor_at(from);
  status = TAKE("entry_point", file->entry_point);
  if (status == LIMEN_OK) status = TAKE("max_level", file->max_level);
  if (status == LIMEN_OK) status = TAKE("efConstruction", file->ef_construction);
  if (status == LIMEN_OK) status = TAKE("efSearch", ef_search);
  if (status == LIMEN_OK) status = TAKE("upper_beam", upper_beam);
  if (status == LIMEN_OK) status = check_entry(file, byte, error);
  if (status == LIMEN_OK && upper_beam != 1)
    status = LIMEN_FAIL(error, LIMEN_INPUT, "byte %zu, upper_beam is %" PRId32 ", and 1 is known",
                        byte + 16, upper_beam);
  if (status == LIMEN_OK && file->ef_construction < 1)
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "byte %zu, efConstruction is %" PRId32 ", and 1 is the least", byte + 8,
                        file->ef_construction);
  return status;
}

static int take_vectors(struct limen_index_cursor *from, struct limen_faiss_file *file,
                        struct limen_error *error) {
  size_t count = 0, wanted = (size_t)file->rows * (size_t)file->columns;
  int status = lend_vector(from, "codes", sizeof(float), &file->vectors, &count, error);
  if (status == LIMEN_OK && count != wanted)
    status = wrong_length(from, "codes", sizeof(float), count, wanted, error);
  return status;
}

/* Which row each vector is, where the engine wrote it; and the end of the file. */
static int take_rows(struct limen_index_cursor *from, struct limen_faiss_file *file,
                     struct limen_error *error) {
  size_t count = 0;
  int status = LIMEN_OK;
  if (from->size - from->at >= sizeof limen_faiss_rows_mark &&
      memcmp(from->bytes + from->at, limen_faiss_rows_mark, sizeof limen_faiss_rows_mark) == 0) {
    from->at += sizeof limen_faiss_rows_mark;
    status = lend_vector(from, "rows", sizeof(uint32_t), &file->row, &count, error);
    if (status == LIMEN_OK && count != (size_t)file->rows)
      status = wrong_length(from, "rows", sizeof(uint32_t), count, (size_t)file->rows, error);
  }
  if (status == LIMEN_OK && from->at != from->size)
    status = LIMEN_FAIL(error, LIMEN_INPUT, "byte %zu: %zu bytes follow after the index",
                        limen_index_cursor_at(from), from->size - from->at);
  return status;
}

/* ---- the whole ---- */

int limen_faiss_file_take(struct limen_index_cursor *from, bool alone,
                          struct limen_faiss_file *file, struct limen_error *error) {
  char flat[LETTERS + 1] = "";
  *file = (struct limen_faiss_file){0};
  int status = limen_index_cursor_take(from, "kind", file->letters, LETTERS, error);
  if (status != LIMEN_OK) return status;
  const bool graph = strcmp(file->letters, "IHNf") == 0;
  const bool vectors = strcmp(file->letters, "IxF2") == 0 || strcmp(file->letters, "IxFI") == 0;
  if (!graph && !(alone && vectors)) {
    const char *what = "of a kind that is not read";
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
      if (strcmp(file->letters, others[i].letters) == 0) what = others[i].what;
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "it is FAISS's %s, %s; IHNf, HNSW over flat vectors, is read", file->letters,
                      what);
  }
  status = take_head(from, file, false, error);
  if (status == LIMEN_OK && graph) {
    status = take_hnsw(from, file, error);
    if (status == LIMEN_OK) status = limen_index_cursor_take(from, "storage", flat, LETTERS, error);
    if (status == LIMEN_OK && strcmp(flat, "IxF2") != 0 && strcmp(flat, "IxFI") != 0 &&
        strcmp(flat, "IxFl") != 0)
      status = LIMEN_FAIL(error, LIMEN_INPUT,
                          "byte %zu, storage: flat vectors, IxF2 or IxFI, should follow",
                          limen_index_cursor_at(from) - LETTERS);
    if (status == LIMEN_OK) status = take_head(from, file, true, error);
  }
  if (status == LIMEN_OK) status = take_vectors(from, file, error);
  if (status == LIMEN_OK) status = take_rows(from, file, error);
  return status;
}

void limen_faiss_file_clear(struct limen_faiss_file *file) {
  limen_free(file->top);
  *file = (struct limen_faiss_file){0};
}
