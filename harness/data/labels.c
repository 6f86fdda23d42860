/* Categories of rows: a column of a text file, or the bytes of an idx file. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "data/format_entry.h"
#include "definition/words.h"

/* Names by their text: an open-addressed table that holds 1 + the number of a name, 0: free. */
struct names {
  struct limen_labels *labels;
  size_t label_capacity, name_capacity;
  uint32_t *slots;
  size_t slot_count; /* a power of two, or 0 */
};

static size_t hash_of(const char *text, size_t length) {
  uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a, 64 bits */
  for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3u;
  return (size_t)(hash ^ hash >> 29);
}

static uint32_t *slot_of(const struct names *names, const char *text, size_t length) {
  size_t at = hash_of(text, length);
  for (;; at++) {
    uint32_t *slot = &names->slots[at & (names->slot_count - 1)];
    if (*slot == 0) return slot;
    const char *name = names->labels->names[*slot - 1];
    if (strncmp(name, text, length) == 0 && name[length] == '\0') return slot;
  }
}

/* Keeps at least half of the table free. */
static int make_room(struct names *names, struct limen_error *error) {
  const size_t count = names->labels->count;
  if (names->slot_count >= 2 * (count + 1)) return LIMEN_OK;
  const size_t wanted = names->slot_count ? 2 * names->slot_count : 64;
  uint32_t *slots = limen_alloc(wanted, sizeof *slots, error);
  if (!slots) return LIMEN_FAILED;
  limen_free(names->slots);
  names->slots = slots;
  names->slot_count = wanted;
  for (size_t i = 0; i < count; i++) {
    const char *name = names->labels->names[i];
    *slot_of(names, name, strlen(name)) = (uint32_t)(i + 1);
  }
  return LIMEN_OK;
}

/* Gives the next row its label. */
static int add(struct names *names, const char *text, size_t length, struct limen_error *error) {
  struct limen_labels *labels = names->labels;
  int status = make_room(names, error);
  if (status == LIMEN_OK)
    status = limen_grow(&labels->label, &names->label_capacity, labels->rows + 1,
                        sizeof *labels->label, error);
  if (status != LIMEN_OK) return status;
  uint32_t *slot = slot_of(names, text, length);
  if (*slot == 0) {
    if (labels->count >= UINT32_MAX - 1)
      return LIMEN_FAIL(error, LIMEN_INPUT, "more than %zu categories", labels->count);
    status = limen_grow(&labels->names, &names->name_capacity, labels->count + 1,
                        sizeof *labels->names, error);
    char *name = status == LIMEN_OK ? limen_alloc(length + 1, 1, error) : NULL;
    if (!name) return LIMEN_FAILED;
    memcpy(name, text, length);
    labels->names[labels->count++] = name;
    *slot = (uint32_t)labels->count;
  }
  labels->label[labels->rows++] = *slot - 1;
  return LIMEN_OK;
}

/* One line, without its end. */
static int read_line(struct names *names, const char *line, size_t length, size_t column,
                     struct limen_error *error) {
  const char *end = line + length;
  for (size_t i = 0; i < column; i++) {
    const char *tab = memchr(line, '\t', (size_t)(end - line));
    if (!tab)
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "line %zu has no column %zu; columns are counted from 0 and parted by tabs",
                        names->labels->rows + 1, column);
    line = tab + 1;
  }
  const char *tab = memchr(line, '\t', (size_t)(end - line));
  if (tab) end = tab;
  if (!limen_words_plain(line, (size_t)(end - line)))
    return LIMEN_FAIL(error, LIMEN_INPUT, "line %zu, column %zu: this is no text in UTF-8",
                      names->labels->rows + 1, column);
  return add(names, line, (size_t)(end - line), error);
}

static int read_text(struct names *names, const struct limen_mapping *file, size_t column,
                     struct limen_error *error) {
  const char *at = (const char *)file->bytes, *end = at + file->size;
  int status = LIMEN_OK;
  while (at < end && status == LIMEN_OK) {
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    size_t length = (size_t)((newline ? newline : end) - at);
    size_t shown = length > 0 && at[length - 1] == '\r' ? length - 1 : length;
    status = read_line(names, at, shown, column, error);
    at += length + 1;
  }
  return status;
}

static int read_idx(struct names *names, const struct limen_mapping *file,
                    const struct limen_layout *layout, struct limen_error *error) {
  int status = LIMEN_OK;
  for (size_t r = 0; r < layout->rows && status == LIMEN_OK; r++) {
    float value;
    char text[16];
    limen_layout_load(layout, file, r, 1, &value);
    int length = snprintf(text, sizeof text, "%d", (int)value);
    status = add(names, text, (size_t)length, error);
  }
  return status;
}

int limen_labels_read(const char *path, size_t column, struct limen_labels *out,
                      struct limen_error *error) {
  static const struct limen_read_options options;
  const struct limen_format *idx = limen_format_find("idx");
  struct limen_mapping file;
  struct limen_layout layout;
  struct names names = {.labels = out};
  *out = (struct limen_labels){0};
  int status = limen_mapping_open(&file, path, error);
  if (status == LIMEN_OK && limen_mapping_is_gz(&file))
    status = limen_mapping_unpack(&file, limen_mapping_unpacked_most(file.size), error);
  if (status == LIMEN_OK) {
    if (file.size == 0)
      status = LIMEN_FAIL(error, LIMEN_INPUT, "it is empty");
    else if (idx->lay_out(&file, &options, true, &layout, NULL) != LIMEN_OK)
      status = read_text(&names, &file, column, error);
    else if (layout.columns == 1)
      status = read_idx(&names, &file, &layout, error);
    else
      status = LIMEN_FAIL(error, LIMEN_INPUT, "it holds images of %zu values, not labels",
                          layout.columns);
  }
  limen_mapping_close(&file);
  limen_free(names.slots);
  if (status != LIMEN_OK) {
    if (error) limen_error_prefix(error, "%s", path);
    limen_labels_clear(out);
  }
  return status;
}
