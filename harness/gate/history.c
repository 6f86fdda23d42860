#include "gate/history.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "gate/baseline.h"
#include "gate/words.h"

/* ---- entries ---- */

/* A history of thousands of baselines needs none of the values of every query. */
static void forget_values(struct limen_measured *measured) {
  for (size_t i = 0; i < measured->count; i++) {
    limen_free(measured->number[i].sample.values);
    measured->number[i].sample.values = NULL;
  }
}

int limen_history_add(struct limen_history *history, const char *label, const char *date,
                      struct limen_measured *measured, struct limen_error *error) {
  const struct limen_settings *accepted = &measured->accepted;
  int status = limen_grow(&history->entry, &history->capacity, history->count + 1,
                          sizeof *history->entry, error);
  if (status != LIMEN_OK) {
    limen_measured_clear(measured);
    return status;
  }
  struct limen_history_entry *entry = &history->entry[history->count++];
  if (!date && accepted->count > 0) date = accepted->setting[accepted->count - 1].name;
  if (date && strlen(date) == sizeof entry->date - 1) strcpy(entry->date, date);
  forget_values(measured);
  entry->measured = *measured;
  *measured = (struct limen_measured){0};
  return (entry->label = limen_copy_text(label, error)) ? LIMEN_OK : LIMEN_FAILED;
}

static void entry_clear(struct limen_history_entry *entry) {
  limen_measured_clear(&entry->measured);
  limen_free(entry->label);
}

void limen_history_clear(struct limen_history *history) {
  for (size_t i = 0; i < history->count; i++) entry_clear(&history->entry[i]);
  limen_free(history->entry);
  *history = (struct limen_history){0};
}

int limen_history_add_baseline(struct limen_history *history, const char *path,
                               struct limen_error *error) {
  struct limen_measured measured;
  int status = limen_baseline_read(path, &measured, error);
  if (status != LIMEN_OK) return status;
  return limen_history_add(history, path, NULL, &measured, error);
}

static int by_date(const void *a, const void *b) {
  const struct limen_history_entry *x = a, *y = b;
  const int order = strcmp(x->date, y->date);
  return order != 0 ? order : strcmp(x->label, y->label);
}

static bool is_json(const char *name) {
  const size_t length = strlen(name);
  return length > 5 && name[0] != '.' && strcmp(name + length - 5, ".json") == 0;
}

int limen_history_add_folder(struct limen_history *history, const char *folder,
                             struct limen_error *error) {
  char **names = NULL;
  size_t count = 0, first = history->count;
  int status = limen_folder_list(folder, &names, &count, error);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++) {
    if (!is_json(names[i])) continue;
    char *path = limen_path_join(folder, names[i], error);
    status = path ? limen_history_add_baseline(history, path, error) : LIMEN_FAILED;
    limen_free(path);
  }
  limen_folder_list_free(names, count);
  if (status == LIMEN_OK && history->count == first)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s: this folder is no run, and has no baselines, which end in .json",
                      folder);
  if (status == LIMEN_OK)
    qsort(history->entry + first, history->count - first, sizeof *history->entry, by_date);
  return status;
}

/* ---- one number ---- */

static bool is_other_hash(const char *a, const char *b) { return *a && *b && strcmp(a, b) != 0; }

/* `last` is the last point that has the number, or NULL. */
static int look_back(const struct limen_history_point *last, struct limen_history_point *point,
                     struct limen_error *error) {
  const struct limen_number *old = last ? last->number : NULL, *new = point->number;
  if (!old || !new) return LIMEN_OK;
  point->data = is_other_hash(old->sample.data, new->sample.data);
  point->unit = strcmp(old->unit, new->unit) != 0 || old->higher_is_better != new->higher_is_better;
  if (!point->unit) point->change = new->value - old->value;
  return limen_gate_say_changes(&last->entry->measured.definition,
                                &point->entry->measured.definition, &point->definition, error);
}

int limen_history_points(const struct limen_history *history, const char *name,
                         struct limen_history_point *out, struct limen_error *error) {
  const struct limen_history_point *last = NULL;
  int status = LIMEN_OK;
  for (size_t i = 0; i < history->count && status == LIMEN_OK; i++) {
    out[i] = (struct limen_history_point){
        .entry = &history->entry[i],
        .number = limen_measured_find(&history->entry[i].measured, name),
        .change = NAN};
    status = look_back(last, &out[i], error);
    if (out[i].number) last = &out[i];
  }
  return status;
}

void limen_history_points_clear(struct limen_history_point *points, size_t count) {
  for (size_t i = 0; points && i < count; i++) limen_free(points[i].definition);
}

/* ---- names ---- */

/* A name at its place: entries in order, and numbers in the order of an entry. */
struct place {
  const char *name;
  size_t at;
};

static int by_name(const void *a, const void *b) {
  const struct place *x = a, *y = b;
  const int order = strcmp(x->name, y->name);
  return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

static int by_place(const void *a, const void *b) {
  const struct place *x = a, *y = b;
  return (x->at > y->at) - (x->at < y->at);
}

/* Names differ within an entry, so as many of one name as entries have it. O(N log N) for N numbers
 * in all. */
int limen_history_names(const struct limen_history *history, size_t least, const char ***names,
                        size_t *count, struct limen_error *error) {
  size_t all = 0, kept = 0;
  *names = NULL;
  *count = 0;
  for (size_t i = 0; i < history->count; i++) all += history->entry[i].measured.count;
  struct place *places = limen_alloc(all, sizeof *places, error);
  *names = limen_alloc(all, sizeof **names, error);
  if (!places || !*names) {
    limen_free(places);
    limen_free(*names);
    *names = NULL;
    return LIMEN_FAILED;
  }
  all = 0;
  for (size_t i = 0; i < history->count; i++)
    for (size_t j = 0; j < history->entry[i].measured.count; j++, all++)
      places[all] = (struct place){history->entry[i].measured.number[j].name, all};
  if (all > 0) qsort(places, all, sizeof *places, by_name);
  for (size_t i = 0, end; i < all; i = end) {
    for (end = i + 1; end < all && strcmp(places[end].name, places[i].name) == 0;) end++;
    if (end - i >= least) places[kept++] = places[i];
  }
  if (kept > 0) qsort(places, kept, sizeof *places, by_place);
  for (size_t i = 0; i < kept; i++) (*names)[i] = places[i].name;
  *count = kept;
  limen_free(places);
  return LIMEN_OK;
}
