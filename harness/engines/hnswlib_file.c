/* The layout, as saveIndex of hnswlib 0.6.2 writes it on a little-endian machine with 64 bits:
 *
 *   head       13 numbers (table below), 96 bytes
 *   elements   a row each, in the order of insertion: a word with the count of links (16 bits) and
 *              marks, 2 M links, the vector, the label (64 bits)
 *   upper      a row each: bytes of its lists (32 bits), then a list for every level from 1:
 *              a word with the count, M links
 *
 * Links are numbers of insertion, labels are rows of the base. */
#include "engines/hnswlib_file.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "data/layout.h"
#include "data/mapping.h"

enum { HEAD = 96, MULT_AT = 80, WORD = 4, LABEL = 8 };

struct content {
  struct limen_mapping file;
  size_t rows, columns, M;
  size_t element, list; /* bytes of an element, and of a list on an upper level */
  size_t levels;        /* highest level + 1 */
  size_t entry;
  uint8_t *top;  /* per element: its highest level */
  size_t *upper; /* per element: where its upper lists start */
};

static uint32_t word_at(const struct content *content, size_t at) {
  uint32_t value;
  memcpy(&value, content->file.bytes + at, sizeof value);
  return value;
}

static uint64_t number_at(const struct content *content, size_t at) {
  uint64_t value;
  memcpy(&value, content->file.bytes + at, sizeof value);
  return value;
}

static size_t element_at(const struct content *content, size_t i) {
  return HEAD + i * content->element;
}

static size_t links_bytes(size_t links) { return WORD + links * WORD; }

/* ---- head ---- */

static int check_head(struct content *content, const struct limen_index_settings *settings,
                      struct limen_error *error) {
  const size_t vector = links_bytes(2 * content->M), label = vector + content->columns * WORD;
  const size_t ef = settings->ef_construction;
  const struct {
    const char *name;
    size_t at;
    uint64_t value;
  } wanted[] = {
      {"offset of level 0", 0, 0},
      {"most elements", 8, content->rows},
      {"elements", 16, content->rows},
      {"bytes of an element", 24, content->element},
      {"offset of labels", 32, label},
      {"offset of vectors", 40, vector},
      {"links on upper levels", 56, content->M},
      {"links on level 0", 64, 2 * content->M},
      {"M", 72, content->M},
      {"ef_construction", 88, ef > content->M ? ef : content->M},
  };
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    const uint64_t value = number_at(content, wanted[i].at);
    if (value != wanted[i].value)
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "byte %zu of hnswlib's part: %s is %" PRIu64 ", not %" PRIu64, wanted[i].at,
                        wanted[i].name, value, wanted[i].value);
  }
  double mult;
  memcpy(&mult, content->file.bytes + MULT_AT, sizeof mult);
  if (!(mult > 0 && isfinite(mult)))
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "byte %d of hnswlib's part: the scale of levels is %g, not positive", MULT_AT,
                      mult);
  const uint32_t highest = word_at(content, 48), entry = word_at(content, 52);
  if (highest > UINT8_MAX || entry >= content->rows)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "byte 48 of hnswlib's part: searches start at element %" PRIu32
                      " on level %" PRIu32 "; there are %zu elements, and at most %d levels",
                      entry, highest, content->rows, UINT8_MAX);
  content->levels = (size_t)highest + 1;
  content->entry = entry;
  return LIMEN_OK;
}

/* ---- rows ---- */

/* Every label once, and numbers that are finite. */
static int check_elements(const struct content *content, struct limen_error *error) {
  bool *seen = limen_alloc(content->rows, sizeof *seen, error);
  int status = seen ? LIMEN_OK : LIMEN_FAILED;
  for (size_t i = 0; i < content->rows && status == LIMEN_OK; i++) {
    const size_t vector = element_at(content, i) + links_bytes(2 * content->M);
    const uint64_t label = number_at(content, element_at(content, i + 1) - LABEL);
    if (label >= content->rows || seen[label])
      status = LIMEN_FAIL(error, LIMEN_INPUT,
                          "element %zu is row %" PRIu64 "%s; there are %zu rows, each once", i,
                          label, label < content->rows ? " again" : "", content->rows);
    else
      seen[label] = true;
    for (size_t c = 0; c < content->columns && status == LIMEN_OK; c++) {
      float value;
      memcpy(&value, content->file.bytes + vector + c * WORD, sizeof value);
      if (!isfinite(value))
        status =
            LIMEN_FAIL(error, LIMEN_INPUT, "element %zu, column %zu is %g", i, c, (double)value);
    }
  }
  limen_free(seen);
  return status;
}

/* ---- levels and links ---- */

/* Finds every element's upper lists; the file must end with the last one's. */
static int find_upper(struct content *content, const struct limen_index_settings *settings,
                      struct limen_error *error) {
  const size_t size = content->file.size;
  size_t at = element_at(content, content->rows);
  for (size_t i = 0; i < content->rows; i++) {
    if (size - at < WORD)
      return LIMEN_FAIL(error, LIMEN_INPUT, "it ends before the upper links of element %zu", i);
    const size_t bytes = word_at(content, at), level = bytes / content->list;
    at += WORD;
    if (bytes % content->list != 0 || level >= content->levels || size - at < bytes)
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "element %zu has %zu bytes of upper links: a level has %zu, there are %zu "
                        "levels, and %zu bytes follow",
                        i, bytes, content->list, content->levels, size - at);
    const uint64_t label = number_at(content, element_at(content, i + 1) - LABEL);
    if (settings->levels == LIMEN_LEVELS_BY_LABEL &&
        level != limen_level_by_label(settings->level_seed, (size_t)label, content->M))
      return LIMEN_FAIL(
          error, LIMEN_INPUT, "element %zu is on level %zu; row %" PRIu64 " belongs on level %u", i,
          level, label, limen_level_by_label(settings->level_seed, (size_t)label, content->M));
    content->top[i] = (uint8_t)level;
    content->upper[i] = at;
    at += bytes;
  }
  if (at != size)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%zu bytes follow the last element's links", size - at);
  if ((size_t)content->top[content->entry] + 1 != content->levels)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "searches start at element %zu on level %zu, and it reaches level %d only",
                      content->entry, content->levels - 1, content->top[content->entry]);
  return LIMEN_OK;
}

static int check_list(const struct content *content, size_t i, size_t level,
                      struct limen_error *error) {
  const size_t at =
      level == 0 ? element_at(content, i) : content->upper[i] + (level - 1) * content->list;
  const size_t most = level == 0 ? 2 * content->M : content->M;
  const uint32_t count = word_at(content, at);
  if (count > most) /* marks, such as "deleted", stand in the upper bits and are refused as well */
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "element %zu, level %zu: the word of its list is 0x%" PRIx32
                      "; it may have %zu links and no marks",
                      i, level, count, most);
  for (size_t j = 1; j <= count; j++) {
    const uint32_t to = word_at(content, at + j * WORD);
    if (to >= content->rows || to == i || content->top[to] < level)
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "element %zu, level %zu links to element %" PRIu32 ", which %s", i, level,
                        to,
                        to >= content->rows ? "there is not"
                        : to == i           ? "is itself"
                                            : "is not on that level");
  }
  return LIMEN_OK;
}

static int check_links(struct content *content, const struct limen_index_settings *settings,
                       struct limen_error *error) {
  content->top = limen_alloc(content->rows, sizeof *content->top, error);
  if (!content->top) return LIMEN_FAILED;
  content->upper = limen_alloc(content->rows, sizeof *content->upper, error);
  if (!content->upper) return LIMEN_FAILED;
  int status = find_upper(content, settings, error);
  for (size_t i = 0; i < content->rows; i++)
    for (size_t level = 0; level <= content->top[i] && status == LIMEN_OK; level++)
      status = check_list(content, i, level, error);
  return status;
}

/* ---- the whole ---- */

int limen_hnswlib_file_check(const char *path, size_t rows, size_t columns,
                             const struct limen_index_settings *settings,
                             struct limen_error *error) {
  struct content content = {.rows = rows, .columns = columns, .M = settings->M};
  size_t needed;
  int status = limen_mapping_open(&content.file, path, error);
  if (status != LIMEN_OK) return status;
  content.element = links_bytes(2 * content.M) + columns * WORD + LABEL;
  content.list = links_bytes(content.M);
  if (__builtin_mul_overflow(rows, content.element, &needed) ||
      __builtin_add_overflow(needed, HEAD, &needed) || content.file.size < needed)
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "hnswlib's part has %zu bytes, too few for %zu rows of %zu values",
                        content.file.size, rows, columns);
  if (status == LIMEN_OK) status = check_head(&content, settings, error);
  if (status == LIMEN_OK) status = check_elements(&content, error);
  if (status == LIMEN_OK) status = check_links(&content, settings, error);
  limen_free(content.top);
  limen_free(content.upper);
  limen_mapping_close(&content.file);
  return status;
}
