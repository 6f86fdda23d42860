/* FAISS's files as plain data: faiss_file.c takes them apart, and here the parts become a content.
 */
#include "engines/index_read_faiss.h"

#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "engines/faiss_file.h"
#include "engines/graph_fill.h"

static bool recognise(const struct limen_index_cursor *from) {
  if (from->size < LIMEN_FAISS_LETTERS || from->bytes[0] != 'I') return false;
  for (size_t i = 1; i < LIMEN_FAISS_LETTERS; i++)
    if (from->bytes[i] <= ' ' || from->bytes[i] > '~') return false;
  return true;
}

/* row[0 .. n), each once. */
static int copy_rows(const struct limen_faiss_file *file, uint32_t *row,
                     struct limen_error *error) {
  const size_t n = (size_t)file->rows;
  bool *seen = limen_alloc(n, sizeof *seen, error);
  int status = seen ? LIMEN_OK : LIMEN_FAILED;
  memcpy(row, file->row, n * sizeof *row);
  for (size_t i = 0; status == LIMEN_OK && i < n; i++)
    if (row[i] >= n || seen[row[i]])
      status = LIMEN_FAIL(error, LIMEN_INPUT,
                          "rows[%zu] is %" PRIu32 ": rows are 0 to %zu, each of them once", i,
                          row[i], n - 1);
    else
      seen[row[i]] = true;
  limen_free(seen);
  return status;
}

/* Upper levels all have the same room, unless somebody changed them one by one. */
static size_t upper_room(const struct limen_faiss_links *links, size_t levels) {
  size_t most = 0;
  for (size_t level = 1; level < levels; level++) {
    const size_t here =
        (size_t)(limen_faiss_list_start(links, level + 1) - limen_faiss_list_start(links, level));
    if (here > most) most = here;
  }
  return most;
}

static struct limen_graph_source source_of(const struct limen_faiss_file *file) {
  return (struct limen_graph_source){.nodes = file->links.nodes,
                                     .levels = (size_t)file->max_level + 1,
                                     .M = upper_room(&file->links, file->n_cumulated - 1),
                                     .most_links = (size_t)limen_faiss_list_start(&file->links, 1),
                                     .entry = (uint32_t)file->entry_point,
                                     .top = file->top,
                                     .links = limen_faiss_list,
                                     .context = &file->links};
}

/* In which sequence nodes were linked depends on the rows of an add(), of which only our header
 * tells. */
static int make_graph(const struct limen_faiss_file *file, const struct limen_index_cursor *from,
                      const struct limen_index_settings *settings, struct limen_index_content *out,
                      struct limen_error *error) {
  struct limen_graph_source source = source_of(file);
  uint32_t *inserted = NULL;
  int status = limen_graph_source_check(&source, from->bytes, from->start, error);
  if (status == LIMEN_OK && settings && settings->threads == 1) {
    inserted = limen_alloc(source.nodes, sizeof *inserted, error);
    status = inserted ? limen_faiss_inserted(&file->links, settings->batch, inserted, error)
                      : LIMEN_FAILED;
  }
  source.inserted = inserted;
  source.row = out->row;
  if (status == LIMEN_OK) status = limen_graph_fill(&source, &out->graph, error);
  limen_free(inserted);
  out->M = source.M;
  out->ef_construction = (size_t)file->ef_construction;
  return status;
}

static int make_content(const struct limen_faiss_file *file, const struct limen_index_cursor *from,
                        const struct limen_index_settings *settings,
                        struct limen_index_content *out, struct limen_error *error) {
  const int32_t metric = file->metric;
  out->kind = file->top ? "FAISS IHNf" : "FAISS's flat vectors";
  out->rows = out->room = (size_t)file->rows;
  out->columns = (size_t)file->columns;
  out->metric = metric == LIMEN_FAISS_L2              ? LIMEN_L2
                : metric == LIMEN_FAISS_INNER_PRODUCT ? LIMEN_IP
                                                      : LIMEN_METRIC_OTHER;
  out->numbering = file->row ? "row" : "insertion, as FAISS numbers them";
  out->vectors = file->vectors;
  out->stride = out->columns * sizeof(float);
  if (file->row) {
    if (!(out->row = limen_alloc(out->rows, sizeof *out->row, error))) return LIMEN_FAILED;
    int status = copy_rows(file, out->row, error);
    if (status != LIMEN_OK) return status;
  }
  return file->top ? make_graph(file, from, settings, out, error) : LIMEN_OK;
}

static int read_kind(struct limen_index_cursor *from, bool alone,
                     const struct limen_index_settings *settings, struct limen_index_content *out,
                     struct limen_error *error) {
  struct limen_faiss_file file;
  int status = limen_faiss_file_take(from, alone, &file, error);
  if (status == LIMEN_OK) status = make_content(&file, from, settings, out, error);
  limen_faiss_file_clear(&file);
  return status;
}

static int read(struct limen_index_cursor *from, const struct limen_index_settings *settings,
                struct limen_index_content *out, struct limen_error *error) {
  return read_kind(from, false, settings, out, error);
}

int limen_index_read_faiss_any(struct limen_index_cursor *from,
                               const struct limen_index_settings *settings,
                               struct limen_index_content *out, struct limen_error *error) {
  return read_kind(from, true, settings, out, error);
}

const struct limen_index_reader limen_index_reader_faiss = {
    .name = "faiss",
    .about = "FAISS's write_index of HNSW over flat vectors (IHNf)",
    .recognise = recognise,
    .read = read,
};
