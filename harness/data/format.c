/* Finds out what a file is: magic, then the ending of its name, then what its sizes allow. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "data/format_entry.h"
#include "definition/definition.h"

#define LIMEN_ENTRY(entry) extern const struct limen_format entry;
#include "data/formats.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(entry) &entry,
static const struct limen_format *const formats[] = {
#include "data/formats.def"
};
#undef LIMEN_ENTRY

enum { FORMATS = sizeof formats / sizeof *formats };

const struct limen_format *limen_format_at(size_t i) { return i < FORMATS ? formats[i] : NULL; }

const char *limen_format_name(size_t i) { return i < FORMATS ? formats[i]->name : NULL; }
const char *limen_format_about(size_t i) { return i < FORMATS ? formats[i]->about : NULL; }

const struct limen_format *limen_format_find(const char *name) {
  for (size_t i = 0; i < FORMATS; i++)
    if (strcmp(formats[i]->name, name) == 0) return formats[i];
  return NULL;
}

static size_t without_gz(const char *path) {
  size_t length = strlen(path);
  return length > 3 && strcasecmp(path + length - 3, ".gz") == 0 ? length - 3 : length;
}

const struct limen_format *limen_format_by_ending(const char *path) {
  const size_t length = without_gz(path);
  for (size_t i = 0; i < FORMATS; i++)
    for (size_t e = 0; e < LIMEN_ENDINGS && formats[i]->endings[e]; e++) {
      size_t size = strlen(formats[i]->endings[e]);
      if (length > size && strncasecmp(path + length - size, formats[i]->endings[e], size) == 0)
        return formats[i];
    }
  return NULL;
}

/* ---- by content ---- */

static const struct limen_format *by_magic(const struct limen_mapping *file) {
  for (size_t i = 0; i < FORMATS; i++)
    if (formats[i]->has_magic && formats[i]->has_magic(file)) return formats[i];
  return NULL;
}

struct candidates {
  const struct limen_format *format[FORMATS];
  struct limen_layout layout[FORMATS];
  size_t count;
};

static bool is_wanted(const struct limen_layout *layout, const struct limen_read_options *options,
                      bool ids) {
  if (options->dimension > 0 && layout->columns != options->dimension) return false;
  return !ids || !limen_cell_is_float(layout->cell);
}

/* Of a pair of formats that differ in nothing but how four bytes are meant, the numbers tell. */
static void part_ids_from_floats(struct candidates *found, const struct limen_mapping *file) {
  if (found->count != 2 || found->layout[0].cell != LIMEN_CELL_F4 ||
      found->layout[1].cell != LIMEN_CELL_I4)
    return;
  int answer = limen_layout_looks_like_ids(&found->layout[1], file);
  if (answer < 0) return;
  if (answer == 1) {
    found->format[0] = found->format[1];
    found->layout[0] = found->layout[1];
  }
  found->count = 1;
}

/* Tries every format that has no magic: those that have one were asked already. */
static void by_sizes(struct limen_mapping *file, const struct limen_read_options *options, bool ids,
                     struct candidates *found) {
  found->count = 0;
  for (size_t i = 0; i < FORMATS; i++) {
    if (formats[i]->has_magic || formats[i]->headerless) continue;
    struct limen_layout *layout = &found->layout[found->count];
    if (formats[i]->lay_out(file, options, ids, layout, NULL) == LIMEN_OK &&
        is_wanted(layout, options, ids))
      found->format[found->count++] = formats[i];
  }
  part_ids_from_floats(found, file);
}

static void add_names(struct limen_text *text, const struct candidates *found) {
  for (size_t i = 0; i < found->count; i++)
    limen_text_print(text, "%s%s",
                     i == 0                 ? ""
                     : i + 1 < found->count ? ", "
                                            : " and ",
                     found->format[i]->name);
}

static int guess(struct limen_mapping *file, const struct limen_read_options *options, bool ids,
                 const struct limen_format **format, struct limen_error *error) {
  struct candidates found;
  struct limen_text names = {0};
  int status = LIMEN_OK;
  by_sizes(file, options, ids, &found);
  if (found.count == 1) {
    *format = found.format[0];
  } else if (found.count > 1) {
    add_names(&names, &found);
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "its content fits %s alike; say which it is with --format, or give the "
                        "file its usual ending",
                        limen_text_string(&names));
  } else if (options->dimension > 0 && !ids) {
    *format = limen_format_find("raw");
  } else {
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "its %zu bytes fit no format that is read here (`limen list formats`); "
                        "headerless float32 needs its dimension, --dimension N",
                        file->size);
  }
  limen_text_clear(&names);
  return status;
}

/* Adds to a complaint about the format that the name tells which one the content fits. */
static void hint(struct limen_mapping *file, const struct limen_read_options *options, bool ids,
                 const struct limen_format *named, struct limen_error *error) {
  struct candidates found;
  if (!error || named->has_magic || error->status != LIMEN_INPUT) return;
  by_sizes(file, options, ids, &found);
  if (found.count != 1) return;
  const struct limen_error reason = *error;
  LIMEN_FAIL(error, reason.status, "%s; its content fits %s (--format %s)", reason.text,
             found.format[0]->name, found.format[0]->name);
}

/* ---- all together ---- */

static int by_user(const char *name, const struct limen_format **format,
                   struct limen_error *error) {
  *format = limen_format_find(name);
  if (*format) return LIMEN_OK;
  struct limen_text names = {0};
  const char *near = limen_nearest(name, limen_format_name);
  for (size_t i = 0; i < FORMATS; i++)
    limen_text_print(&names, "%s%s", i ? ", " : "", formats[i]->name);
  int status = LIMEN_FAIL(error, LIMEN_USAGE, "unknown format %.60s%s%s; there is: %s", name,
                          near ? "; nearest: " : "", near ? near : "", limen_text_string(&names));
  limen_text_clear(&names);
  return status;
}

static int lay_out(struct limen_mapping *file, const char *path,
                   const struct limen_read_options *options, bool ids,
                   const struct limen_format **format, struct limen_layout *layout,
                   struct limen_error *error) {
  const struct limen_format *named = limen_format_by_ending(path);
  int status = LIMEN_OK;
  *format = NULL;
  if (file->size == 0) return LIMEN_FAIL(error, LIMEN_INPUT, "it is empty");
  if (options->format)
    status = by_user(options->format, format, error);
  else if (!(*format = by_magic(file)) && !(*format = named))
    status = guess(file, options, ids, format, error);
  if (status != LIMEN_OK) return status;
  status = (*format)->lay_out(file, options, ids, layout, error);
  if (status != LIMEN_OK) {
    if (!options->format && *format == named) hint(file, options, ids, named, error);
    return status;
  }
  if (options->dimension > 0 && layout->columns != options->dimension)
    return LIMEN_FAIL(error, LIMEN_INPUT, "its vectors (%s) have %zu dimensions, not %zu",
                      (*format)->name, layout->columns, options->dimension);
  if (!limen_layout_within(layout, file->size))
    return LIMEN_FAIL(error, LIMEN_INPUT, "its numbers lie beyond its %zu bytes", file->size);
  return LIMEN_OK;
}

/* The first bytes of a count can look like gzip's magic: a file that is in order as its name says
 * is not compressed. */
static bool is_compressed(struct limen_mapping *file, const char *path,
                          const struct limen_read_options *options, bool ids) {
  struct limen_layout layout;
  if (!limen_mapping_is_gz(file)) return false;
  if (path[without_gz(path)] != '\0') return true;
  const struct limen_format *format =
      options->format ? limen_format_find(options->format) : limen_format_by_ending(path);
  return !format || format->lay_out(file, options, ids, &layout, NULL) != LIMEN_OK;
}

int limen_format_detect(const char *path, const struct limen_read_options *options, bool ids,
                        const struct limen_format **format, struct limen_mapping *file,
                        struct limen_layout *layout, struct limen_error *error) {
  static const struct limen_read_options none;
  if (!options) options = &none;
  int status = limen_mapping_open(file, path, error);
  if (status == LIMEN_OK) {
    if (is_compressed(file, path, options, ids))
      status = limen_mapping_unpack(file, limen_mapping_unpacked_most(file->size), error);
    if (status == LIMEN_OK) status = lay_out(file, path, options, ids, format, layout, error);
    if (status != LIMEN_OK) limen_mapping_close(file);
  }
  if (status != LIMEN_OK && error) limen_error_prefix(error, "%s", path);
  return status;
}
