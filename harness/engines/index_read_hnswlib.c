/* Files of hnswlib's saveIndex, 0.4 to 0.8: no magic and no version; thirteen fields; a record of
 * links, vector and label for every node; then every node's links on upper levels.
 *
 * Nodes stand in the order in which they were inserted. Their labels are any 64-bit numbers: when
 * they are 0 .. n - 1 in some order, they are the rows of the base, as everybody does it who wants
 * rows back. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "engines/graph_fill.h"
#include "engines/index_read.h"

enum {
  M_MOST = 10000, /* hnswlib's own */
  LEVEL_MOST = 63,
  LINK = sizeof(uint32_t), /* bytes of a link, and of what stands before a list */
  LABEL = sizeof(uint64_t),
  DELETED = 1 /* a mark */
};

/* The file's fields, under the library's names. */
struct head {
  uint64_t offsetLevel0, max_elements, cur_element_count, size_data_per_element, label_offset,
      offsetData;
  int32_t maxlevel;
  uint32_t enterpoint_node;
  uint64_t maxM, maxM0, M;
  double mult;
  uint64_t ef_construction;
};

struct nodes {
  struct head head;
  const uint8_t *records;
  const uint8_t **upper; /* per node: its lists on upper levels */
  uint8_t *top;
};

static bool recognise(const struct limen_index_cursor *from) {
  static const uint8_t zeros[8];
  return from->size >= sizeof zeros && memcmp(from->bytes, zeros, sizeof zeros) == 0;
}

#define TAKE(field) limen_index_cursor_take(from, #field, &head->field, sizeof head->field, error)

static int take_head(struct limen_index_cursor *from, struct head *head,
                     struct limen_error *error) {
  int status = TAKE(offsetLevel0);
  if (status == LIMEN_OK) status = TAKE(max_elements);
  if (status == LIMEN_OK) status = TAKE(cur_element_count);
  if (status == LIMEN_OK) status = TAKE(size_data_per_element);
  if (status == LIMEN_OK) status = TAKE(label_offset);
  if (status == LIMEN_OK) status = TAKE(offsetData);
  if (status == LIMEN_OK) status = TAKE(maxlevel);
  if (status == LIMEN_OK) status = TAKE(enterpoint_node);
  if (status == LIMEN_OK) status = TAKE(maxM);
  if (status == LIMEN_OK) status = TAKE(maxM0);
  if (status == LIMEN_OK) status = TAKE(M);
  if (status == LIMEN_OK) status = TAKE(mult);
  if (status == LIMEN_OK) status = TAKE(ef_construction);
  return status;
}
#undef TAKE

/* Most fields follow from others; what does not fit shows a file of another kind, or damage. */
static int check_head(const struct head *head, size_t start, struct limen_error *error) {
  const uint64_t lists = head->maxM0 * LINK + LINK;
  const struct {
    const char *field;
    size_t byte;
    uint64_t value, least, most;
  } checks[] = {
      {"offsetLevel0", 0, head->offsetLevel0, 0, 0},
      {"M", 72, head->M, 1, M_MOST},
      {"maxM", 56, head->maxM, head->M, head->M},
      {"maxM0", 64, head->maxM0, 2 * head->M, 2 * head->M},
      {"cur_element_count", 16, head->cur_element_count, 1, UINT32_MAX - 1},
      {"max_elements", 8, head->max_elements, head->cur_element_count, UINT64_MAX},
      {"offsetData", 40, head->offsetData, lists, lists},
      {"label_offset", 32, head->label_offset, lists + 1, lists + ((uint64_t)1 << 32)},
      {"size_data_per_element", 24, head->size_data_per_element, head->label_offset + LABEL,
       head->label_offset + LABEL},
      {"maxlevel", 48, (uint64_t)head->maxlevel, 0, LEVEL_MOST},
      {"enterpoint_node", 52, head->enterpoint_node, 0, head->cur_element_count - 1},
      {"ef_construction", 88, head->ef_construction, 1, UINT64_MAX},
  };
  for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
    if (checks[i].value >= checks[i].least && checks[i].value <= checks[i].most) continue;
    /* A level of -1 reads better than 2^64 - 1. */
    const size_t byte = start + checks[i].byte;
    if (checks[i].least == checks[i].most)
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "byte %zu, %s is %" PRId64 ", and %" PRIu64 " follows from other fields",
                        byte, checks[i].field, (int64_t)checks[i].value, checks[i].least);
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "byte %zu, %s is %" PRId64 "; %" PRIu64 " to %" PRIu64 " are possible", byte,
                      checks[i].field, (int64_t)checks[i].value, checks[i].least, checks[i].most);
  }
  /* 1 / ln M, infinite for an M of 1; with 0 somebody dealt level 0 only. */
  if (!(head->mult >= 0) || (isinf(head->mult) && head->M > 1))
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "byte %zu, mult is %g; a scale of levels is finite and not negative",
                      start + 80, head->mult);
  return LIMEN_OK;
}

/* ---- nodes ---- */

static const uint8_t *list_of(const struct nodes *nodes, size_t node, size_t level) {
  return level == 0 ? nodes->records + node * nodes->head.size_data_per_element
                    : nodes->upper[node] + (level - 1) * (nodes->head.maxM + 1) * LINK;
}

/* Two bytes of the four before a list are its length; the others hold marks. */
static const uint8_t *links_of(const void *context, size_t node, size_t level, size_t *count) {
  const uint8_t *list = list_of(context, node, level);
  uint16_t length;
  memcpy(&length, list, sizeof length);
  *count = length;
  return list + LINK;
}

static int take_upper(struct limen_index_cursor *from, struct nodes *nodes, size_t node,
                      struct limen_error *error) {
  const size_t a_level = (nodes->head.maxM + 1) * LINK, byte = limen_index_cursor_at(from);
  uint32_t size = 0;
  int status = limen_index_cursor_take(from, "linkListSize", &size, sizeof size, error);
  if (status != LIMEN_OK) return status;
  if (size % a_level != 0 || size / a_level > (size_t)nodes->head.maxlevel)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "byte %zu, linkListSize of node %zu is %" PRIu32
                      ": %zu bytes a level are needed, for at most %d levels",
                      byte, node, size, a_level, nodes->head.maxlevel);
  nodes->top[node] = (uint8_t)(size / a_level);
  return limen_index_cursor_lend(from, "linkLists", size, 1, &nodes->upper[node], error);
}

/* What stands before a list: its length, and on level 0 the one mark there is, of the deleted. */
static int check_list(const struct nodes *nodes, const struct limen_index_cursor *from, size_t node,
                      size_t level, struct limen_error *error) {
  const size_t most = level == 0 ? nodes->head.maxM0 : nodes->head.maxM;
  const uint8_t *list = list_of(nodes, node, level);
  const size_t byte = from->start + (size_t)(list - from->bytes);
  size_t count = 0;
  links_of(nodes, node, level, &count);
  if (count > most)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "byte %zu: node %zu has %zu links on level %zu, which has room for %zu", byte,
                      node, count, level, most);
  if ((list[2] & ~(level == 0 ? DELETED : 0)) != 0 || list[3] != 0)
    return LIMEN_FAIL(
        error, LIMEN_INPUT,
        "byte %zu: node %zu on level %zu has the marks 0x%02x%02x; 1, of the deleted, "
        "is known on level 0",
        byte + 2, node, level, list[3], list[2]);
  return LIMEN_OK;
}

static int check_lists(const struct nodes *nodes, const struct limen_index_cursor *from,
                       struct limen_error *error) {
  int status = LIMEN_OK;
  for (size_t node = 0; node < nodes->head.cur_element_count; node++)
    for (size_t level = 0; level <= nodes->top[node] && status == LIMEN_OK; level++)
      status = check_list(nodes, from, node, level, error);
  return status;
}

/* Fills row[] when the labels are 0 .. n - 1 in some order. */
static bool take_labels(const struct nodes *nodes, bool *seen, uint32_t *row) {
  const size_t n = nodes->head.cur_element_count;
  for (size_t node = 0; node < n; node++) {
    uint64_t label;
    memcpy(&label,
           nodes->records + node * nodes->head.size_data_per_element + nodes->head.label_offset,
           sizeof label);
    if (label >= n || seen[label]) return false;
    seen[label] = true;
    row[node] = (uint32_t)label;
  }
  return true;
}

static int take_nodes(struct limen_index_cursor *from, struct nodes *nodes,
                      struct limen_error *error) {
  const struct head *head = &nodes->head;
  const size_t n = head->cur_element_count;
  int status = limen_index_cursor_lend(from, "data_level0_memory", n, head->size_data_per_element,
                                       &nodes->records, error);
  if (status != LIMEN_OK) return status;
  if (!(nodes->top = limen_alloc(n, sizeof *nodes->top, error))) return LIMEN_FAILED;
  if (!(nodes->upper = limen_alloc(n, sizeof *nodes->upper, error))) return LIMEN_FAILED;
  for (size_t node = 0; status == LIMEN_OK && node < n; node++)
    status = take_upper(from, nodes, node, error);
  if (status != LIMEN_OK) return status;
  if (from->at != from->size)
    return LIMEN_FAIL(error, LIMEN_INPUT, "byte %zu: %zu bytes follow after the last node",
                      limen_index_cursor_at(from), from->size - from->at);
  if (nodes->top[head->enterpoint_node] != head->maxlevel)
    return LIMEN_FAIL(
        error, LIMEN_INPUT,
        "byte %zu, enterpoint_node %" PRIu32 ": its highest level is %d, and maxlevel is %d",
        from->start + 52, head->enterpoint_node, nodes->top[head->enterpoint_node], head->maxlevel);
  return check_lists(nodes, from, error);
}

static int make_graph(const struct nodes *nodes, const struct limen_index_cursor *from,
                      struct limen_index_content *out, struct limen_error *error) {
  const struct head *head = &nodes->head;
  const size_t n = head->cur_element_count;
  int status = LIMEN_FAILED;
  bool *seen = limen_alloc(n, sizeof *seen, error);
  uint32_t *row = limen_alloc(n, sizeof *row, error);
  uint32_t *inserted = limen_alloc(n, sizeof *inserted, error);
  if (!seen || !row || !inserted) goto done;
  for (size_t node = 0; node < n; node++) {
    inserted[node] = (uint32_t)node;
    out->deleted += list_of(nodes, node, 0)[2] == DELETED;
  }
  const bool rows = take_labels(nodes, seen, row);
  if (rows) out->row = row;
  out->numbering = rows ? "label" : "insertion, since the labels are not 0 to n - 1";
  const struct limen_graph_source source = {.nodes = n,
                                            .levels = (size_t)head->maxlevel + 1,
                                            .M = head->maxM,
                                            .most_links = head->maxM0,
                                            .entry = head->enterpoint_node,
                                            .top = nodes->top,
                                            .row = rows ? row : NULL,
                                            .inserted = inserted,
                                            .links = links_of,
                                            .context = nodes};
  status = limen_graph_source_check(&source, from->bytes, from->start, error);
  if (status == LIMEN_OK) status = limen_graph_fill(&source, &out->graph, error);
done:
  limen_free(seen);
  if (!out->row) limen_free(row);
  limen_free(inserted);
  return status;
}

static int read(struct limen_index_cursor *from, const struct limen_index_settings *settings,
                struct limen_index_content *out, struct limen_error *error) {
  (void)settings;
  struct nodes nodes = {0};
  const size_t start = limen_index_cursor_at(from);
  int status = take_head(from, &nodes.head, error);
  if (status == LIMEN_OK) status = check_head(&nodes.head, start, error);
  if (status == LIMEN_OK) status = take_nodes(from, &nodes, error);
  if (status == LIMEN_OK) {
    const size_t bytes = nodes.head.label_offset - nodes.head.offsetData;
    out->kind = "hnswlib";
    out->rows = nodes.head.cur_element_count;
    out->room = nodes.head.max_elements;
    out->vectors = nodes.records + nodes.head.offsetData;
    out->stride = nodes.head.size_data_per_element;
    /* The file tells bytes; hnswlib's own spaces over anything but float32 hardly occur. */
    out->columns = bytes % sizeof(float) == 0 ? bytes / sizeof(float) : 0;
    out->M = nodes.head.M;
    out->ef_construction = nodes.head.ef_construction;
    status = make_graph(&nodes, from, out, error);
  }
  limen_free(nodes.top);
  limen_free(nodes.upper);
  return status;
}

const struct limen_index_reader limen_index_reader_hnswlib = {
    .name = "hnswlib",
    .about = "hnswlib's saveIndex",
    .recognise = recognise,
    .read = read,
};
