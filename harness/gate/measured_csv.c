/* Per-query results of any system, from CSV files. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/id_index.h"
#include "data/lines.h"
#include "gate/measured.h"
#include "stats/crossed.h"

enum { BUILD, QUERY, VALUE, METRIC, FIELDS };
static const char *const heads[FIELDS] = {"build", "query", "value", "metric"};

/* ---- fields ---- */

/* Cuts a line at its commas; fields in quotes may hold some, and doubled quotes. Returns how many
 * there are, of which `fields` gets FIELDS at most; 0 for a quote that does not end. */
static size_t cut(char *line, char **fields) {
  size_t count = 0;
  for (char *at = line;; at++) {
    char *to, *start = at;
    const bool quoted = *at == '"';
    if (quoted) {
      for (start = to = ++at; *at && !(*at == '"' && at[1] != '"'); at++)
        *to++ = *at == '"' ? *at++ : *at;
      if (*at != '"') return 0;
      at++;
    } else {
      at += strcspn(at, ",");
      to = at;
    }
    const char end = *at;
    if (end != ',' && end != '\0') return 0;
    *to = *at = '\0';
    if (count < FIELDS) fields[count] = start;
    count++;
    if (end == '\0') return count;
  }
}

/* ---- names in the order in which they come ---- */

struct id {
  char *text;
};

struct ids {
  struct id *id;
  size_t count, capacity;
  struct limen_id_index index;
};

static int place_of(struct ids *ids, const char *text, size_t *place, struct limen_error *error) {
  *place = limen_id_index_find(&ids->index, ids->id, sizeof *ids->id, text);
  if (*place != SIZE_MAX) return LIMEN_OK;
  int status = limen_grow(&ids->id, &ids->capacity, ids->count + 1, sizeof *ids->id, error);
  if (status != LIMEN_OK) return status;
  if (!(ids->id[ids->count].text = limen_copy_text(text, error))) return LIMEN_FAILED;
  *place = ids->count++;
  return limen_id_index_add(&ids->index, ids->id, sizeof *ids->id, error);
}

static void ids_clear(struct ids *ids) {
  for (size_t i = 0; i < ids->count; i++) limen_free(ids->id[i].text);
  limen_free(ids->id);
  limen_id_index_clear(&ids->index);
}

/* ---- observations ---- */

struct observation {
  size_t build, query, line;
  double value;
};

struct metric {
  struct ids builds, queries;
  struct observation *seen;
  size_t count, capacity;
};

struct file {
  const char *path;
  struct ids names; /* of metrics */
  struct metric *metric;
  size_t capacity;
  size_t columns; /* 3 or 4 */
};

static void file_clear(struct file *file) {
  for (size_t m = 0; m < file->names.count && m < file->capacity; m++) {
    ids_clear(&file->metric[m].builds);
    ids_clear(&file->metric[m].queries);
    limen_free(file->metric[m].seen);
  }
  limen_free(file->metric);
  ids_clear(&file->names);
}

static int read_head(struct file *file, char *line, struct limen_error *error) {
  char *fields[FIELDS];
  file->columns = cut(line, fields);
  bool good = file->columns == FIELDS || file->columns == FIELDS - 1;
  for (size_t i = 0; i < file->columns && good; i++) good = strcmp(fields[i], heads[i]) == 0;
  if (good) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_INPUT,
                    "the first line must be build,query,value or build,query,value,metric");
}

static int read_line(struct file *file, const char *metric_name, char *line, size_t number,
                     struct limen_error *error) {
  char *fields[FIELDS];
  struct observation one = {.line = number};
  size_t place;
  const size_t count = cut(line, fields);
  if (count != file->columns)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%zu fields where the head has %zu", count,
                      file->columns);
  const char *name = file->columns == FIELDS ? fields[METRIC] : metric_name;
  int status = limen_field_id(fields[BUILD], "the build", error);
  if (status == LIMEN_OK) status = limen_field_id(fields[QUERY], "the query's id", error);
  if (status == LIMEN_OK) status = limen_field_id(name, "the metric's name", error);
  if (status == LIMEN_OK)
    status = limen_field_number(fields[VALUE], "the value", &one.value, error);
  if (status == LIMEN_OK) status = place_of(&file->names, name, &place, error);
  if (status == LIMEN_OK)
    status =
        limen_grow(&file->metric, &file->capacity, file->names.count, sizeof *file->metric, error);
  if (status != LIMEN_OK) return status;
  struct metric *metric = &file->metric[place];
  status = place_of(&metric->builds, fields[BUILD], &one.build, error);
  if (status == LIMEN_OK) status = place_of(&metric->queries, fields[QUERY], &one.query, error);
  if (status == LIMEN_OK)
    status = limen_grow(&metric->seen, &metric->capacity, metric->count + 1, sizeof one, error);
  if (status == LIMEN_OK) metric->seen[metric->count++] = one;
  return status;
}

/* "recall" of "out/recall.csv.gz". */
static char *stem_of(const char *path, struct limen_error *error) {
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  char *stem = limen_copy_text(name, error);
  if (stem && *stem) stem[1 + strcspn(stem + 1, ".")] = '\0';
  return stem;
}

static int read_file(struct file *file, struct limen_error *error) {
  struct limen_lines lines;
  bool more = false;
  char *stem = stem_of(file->path, error);
  if (!stem) return LIMEN_FAILED;
  int status = limen_lines_open(&lines, file->path, error);
  if (status != LIMEN_OK) {
    limen_free(stem);
    return status;
  }
  status = limen_lines_next(&lines, &more, error);
  if (status == LIMEN_OK && !more)
    status = LIMEN_FAIL(error, LIMEN_INPUT, "%s: there is nothing in it", file->path);
  if (status == LIMEN_OK && (status = read_head(file, lines.line, error)) != LIMEN_OK)
    limen_lines_blame(&lines, status, error);
  while (status == LIMEN_OK && (status = limen_lines_next(&lines, &more, error)) == LIMEN_OK &&
         more)
    if ((status = read_line(file, stem, lines.line, lines.number, error)) != LIMEN_OK)
      limen_lines_blame(&lines, status, error);
  if (status == LIMEN_OK && file->names.count == 0)
    status = LIMEN_FAIL(error, LIMEN_INPUT, "%s: there are no values in it", file->path);
  limen_lines_close(&lines);
  limen_free(stem);
  return status;
}

/* ---- tables ---- */

struct named {
  const char *id;
  size_t place;
};

static int by_id(const void *a, const void *b) {
  return strcmp(((const struct named *)a)->id, ((const struct named *)b)->id);
}

/* rank[place]: ids in the order of their bytes, so that two files with their lines in another order
 * give the same table. `hash` gets that of all ids. */
static int rank_ids(const struct ids *ids, size_t **rank, char hash[LIMEN_HASH_SIZE],
                    struct limen_error *error) {
  struct limen_text all = {0};
  struct named *named = limen_alloc(ids->count, sizeof *named, error);
  *rank = limen_alloc(ids->count, sizeof **rank, error);
  int status = named && *rank ? LIMEN_OK : LIMEN_FAILED;
  for (size_t i = 0; i < ids->count && status == LIMEN_OK; i++)
    named[i] = (struct named){ids->id[i].text, i};
  if (status == LIMEN_OK) qsort(named, ids->count, sizeof *named, by_id);
  for (size_t i = 0; i < ids->count && status == LIMEN_OK; i++) {
    (*rank)[named[i].place] = i;
    limen_text_add(&all, named[i].id);
    limen_text_add(&all, "\n");
  }
  if (status == LIMEN_OK) status = limen_text_status(&all, error);
  if (status == LIMEN_OK)
    status = limen_hash_text(limen_text_string(&all), all.length, hash, error);
  limen_free(named);
  limen_text_clear(&all);
  return status;
}

static int is_complete(const struct file *file, const struct metric *metric, const size_t *line_of,
                       const char *name, struct limen_error *error) {
  const size_t queries = metric->queries.count;
  for (size_t b = 0; b < metric->builds.count; b++)
    for (size_t q = 0; q < queries; q++)
      if (line_of[b * queries + q] == 0)
        return LIMEN_FAIL(error, LIMEN_INPUT,
                          "%s: build %.60s has no %.60s for query %.60s; every build must answer "
                          "every query, with 0 where it found nothing",
                          file->path, metric->builds.id[b].text, name, metric->queries.id[q].text);
  return LIMEN_OK;
}

static int fill_table(const struct file *file, const struct metric *metric, const char *name,
                      const size_t *build_rank, const size_t *query_rank,
                      struct limen_sample *sample, struct limen_error *error) {
  const size_t queries = metric->queries.count;
  size_t *line_of = NULL, cells;
  /* As many cells as lines, or some are missing: a sparse table of a million builds and queries
   * must not ask for its product in memory. */
  if (__builtin_mul_overflow(metric->builds.count, queries, &cells) || cells > 64 * metric->count)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s: %zu values of %.60s for %zu builds and %zu queries; every build must "
                      "answer every query",
                      file->path, metric->count, name, metric->builds.count, queries);
  sample->values = limen_alloc(cells, sizeof *sample->values, error);
  line_of = limen_alloc(cells, sizeof *line_of, error);
  int status = sample->values && line_of ? LIMEN_OK : LIMEN_FAILED;
  for (size_t i = 0; i < metric->count && status == LIMEN_OK; i++) {
    const struct observation *one = &metric->seen[i];
    size_t *line = &line_of[one->build * queries + one->query];
    if (*line > 0)
      status = LIMEN_FAIL(error, LIMEN_INPUT,
                          "%s:%zu: %.60s of build %.60s and query %.60s stands in line %zu already",
                          file->path, one->line, name, metric->builds.id[one->build].text,
                          metric->queries.id[one->query].text, *line);
    *line = one->line;
    sample->values[build_rank[one->build] * queries + query_rank[one->query]] = one->value;
  }
  if (status == LIMEN_OK) status = is_complete(file, metric, line_of, name, error);
  limen_free(line_of);
  return status;
}

/* Values alone say that answers are the same only where they differ among each other: two systems
 * without a miss agree in all values and perhaps in no answer. */
static int hash_values(struct limen_sample *sample, struct limen_error *error) {
  const size_t n = sample->builds * sample->queries;
  size_t i = 1;
  while (i < n && sample->values[i] == sample->values[0]) i++;
  if (i >= n) return LIMEN_OK;
  return limen_hash_text(sample->values, n * sizeof *sample->values, sample->answers, error);
}

static bool is_share(const struct limen_sample *sample) {
  for (size_t i = 0; i < sample->builds * sample->queries; i++)
    if (!(sample->values[i] >= 0 && sample->values[i] <= 1)) return false;
  return true;
}

static int tell_number(struct limen_number *number, bool share, struct limen_error *error) {
  const struct limen_sample *sample = &number->sample;
  struct limen_crossed crossed;
  int status = (share ? limen_crossed_share : limen_crossed)(
      sample->values, sample->builds, sample->queries, LIMEN_NUMBER_CONFIDENCE, &crossed, error);
  if (status != LIMEN_OK) return status;
  number->value = crossed.mean;
  number->lower = crossed.lower;
  number->upper = crossed.upper;
  number->n = sample->builds * sample->queries;
  return LIMEN_OK;
}

static int add_metric(const struct file *file, size_t m, const struct limen_csv_wishes *wishes,
                      struct limen_measured *out, struct limen_error *error) {
  const struct metric *metric = &file->metric[m];
  const char *name = file->names.id[m].text;
  struct limen_sample sample = {.builds = metric->builds.count,
                                .queries = metric->queries.count,
                                .within = 1,
                                .drawn = !wishes->deterministic};
  struct limen_number *number;
  char builds[LIMEN_HASH_SIZE];
  size_t *build_rank = NULL, *query_rank = NULL;
  int status = LIMEN_OK;
  if (limen_measured_find(out, name))
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "%s: an earlier file has the metric %.60s already; give it another name",
                        file->path, name);
  if (status == LIMEN_OK && wishes->deterministic && sample.builds > 1)
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "%s has %zu builds of %.60s; with --deterministic there is one", file->path,
                        sample.builds, name);
  if (status == LIMEN_OK) status = rank_ids(&metric->builds, &build_rank, builds, error);
  if (status == LIMEN_OK) status = rank_ids(&metric->queries, &query_rank, sample.asked, error);
  if (status == LIMEN_OK)
    status = fill_table(file, metric, name, build_rank, query_rank, &sample, error);
  if (status == LIMEN_OK) status = hash_values(&sample, error);
  const bool share = status == LIMEN_OK && is_share(&sample);
  if (status == LIMEN_OK)
    status = limen_measured_add(out, name, share ? "share" : "value", &number, error);
  if (status == LIMEN_OK) {
    number->higher_is_better = true;
    for (size_t i = 0; i < wishes->count; i++)
      if (strcmp(wishes->lower_is_better[i], name) == 0) number->higher_is_better = false;
    number->sample = sample;
    sample.values = NULL;
    status = tell_number(number, share, error);
    if (status != LIMEN_OK) limen_error_prefix(error, "%s: %.60s", file->path, name);
  }
  limen_free(sample.values);
  limen_free(build_rank);
  limen_free(query_rank);
  return status;
}

int limen_measured_csv(const char *path, const struct limen_csv_wishes *wishes,
                       struct limen_measured *out, struct limen_error *error) {
  struct file file = {.path = path};
  int status;
  if (!out->source && !(out->source = limen_copy_text(path, error))) return LIMEN_FAILED;
  if (!out->experiment && !(out->experiment = limen_copy_text("results", error)))
    return LIMEN_FAILED;
  status = read_file(&file, error);
  for (size_t m = 0; m < file.names.count && status == LIMEN_OK; m++)
    status = add_metric(&file, m, wishes, out, error);
  file_clear(&file);
  return status;
}
