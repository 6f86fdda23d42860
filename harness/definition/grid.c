/* Resolves a definition against a kind's parameters.
 *
 * Every source of values becomes entries of one form: the defaults, the sections of the definition,
 * then each --set. They are applied in that order and the last one stays. Sections that are not
 * asked for are checked all the same: a slip in `full` shows in the first smoke run, not after a
 * night of waiting. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "definition/definition.h"
#include "definition/entry.h"
#include "definition/range.h"
#include "definition/split.h"
#include "definition/words.h"

#define FAIL_AT(place, error, ...) \
  (LIMEN_FAIL((error), LIMEN_USAGE, __VA_ARGS__), limen_place_prefix((place), (error)))

struct maker {
  struct limen_grid *grid;
  struct limen_place *places; /* where each parameter's values come from */
  size_t strings_capacity;
  struct limen_error *error; /* never NULL */
};

const char *limen_size_name(enum limen_size size) {
  switch (size) {
    case LIMEN_SIZE_SMOKE:
      return "smoke";
    case LIMEN_SIZE_FULL:
      return "full";
    case LIMEN_SIZE_DEFAULT:
      break;
  }
  return "default";
}

/* ---- one parameter ---- */

static int unknown_key(const struct maker *maker, const struct limen_entry *entry,
                       const char *section) {
  char quoted[LIMEN_WORDS_SIZE];
  struct limen_text valid = {0};
  struct limen_guess guess = {.word = entry->key};
  for (size_t i = 0; i < maker->grid->count; i++) {
    const struct limen_parameter *parameter = &maker->grid->parameters[i];
    if (parameter->role == LIMEN_COORDINATE) continue;
    limen_guess_offer(&guess, parameter->name);
    limen_text_print(&valid, "%s%s", valid.length > 0 ? ", " : "", parameter->name);
  }
  int status =
      FAIL_AT(&entry->place, maker->error, "unknown key %s%s%s%s%s%s; valid: %s",
              limen_words_quote(entry->key, quoted), section ? " in " : "", section ? section : "",
              guess.best ? "; did you mean `" : "", guess.best ? guess.best : "",
              guess.best ? "`?" : "", valid.length > 0 ? limen_text_string(&valid) : "none");
  limen_text_clear(&valid);
  return status;
}

/* A value of a list beside the element that wrote it, for finding duplicates by sorting. */
struct owned {
  struct limen_value value;
  size_t element, order;
};

static int compare_values(const struct limen_value *a, const struct limen_value *b) {
  switch (a->type) {
    case LIMEN_INTEGER:
      return (a->as.integer > b->as.integer) - (a->as.integer < b->as.integer);
    case LIMEN_REAL:
      return (a->as.real > b->as.real) - (a->as.real < b->as.real);
    case LIMEN_CHOICE:
    case LIMEN_STRING:
    case LIMEN_PATH:
      break;
  }
  return strcmp(a->as.string, b->as.string);
}

static int by_value(const void *left, const void *right) {
  const struct owned *a = left, *b = right;
  int sign = compare_values(&a->value, &b->value);
  return sign ? sign : (a->order > b->order) - (a->order < b->order);
}

/* ends[i] is how many values the elements up to and including i made. */
static int refuse_duplicates(const struct maker *maker, const struct limen_entry *entry,
                             const struct limen_values *values, const size_t *ends) {
  if (entry->count < 2) return LIMEN_OK; /* a range alone rises */
  struct owned *sorted = limen_alloc(values->count, sizeof *sorted, maker->error);
  if (!sorted) return LIMEN_FAILED;
  for (size_t i = 0, element = 0; i < values->count; i++) {
    while (i >= ends[element]) element++;
    sorted[i] = (struct owned){values->value[i], element, i};
  }
  qsort(sorted, values->count, sizeof *sorted, by_value);
  const struct owned *found = NULL; /* the first in the order of writing */
  for (size_t i = 1; i < values->count; i++)
    if (limen_value_equal(&sorted[i - 1].value, &sorted[i].value) &&
        (!found || sorted[i].order < found->order))
      found = &sorted[i];
  int status = LIMEN_OK;
  if (found) {
    char quoted[LIMEN_WORDS_SIZE];
    struct limen_text text = {0};
    limen_value_print(&found->value, &text);
    status = FAIL_AT(&entry->value_places[found->element], maker->error,
                     "`%s` holds %s twice; remove one", entry->key,
                     limen_words_quote(limen_text_string(&text), quoted));
    limen_text_clear(&text);
  }
  limen_free(sorted);
  return status;
}

static int refuse_many(const struct maker *maker, const struct limen_parameter *parameter,
                       const struct limen_entry *entry) {
  if (parameter->role == LIMEN_AXIS || parameter->role == LIMEN_INNER) return LIMEN_OK;
  bool range = !entry->list && entry->count == 1 && limen_range_is(parameter, entry->values[0]);
  if (!entry->list && !range) return LIMEN_OK;
  return FAIL_AT(&entry->value_places[0], maker->error,
                 "`%s` takes one value, not a %s; write one of them", parameter->name,
                 range ? "range" : "list");
}

static int expand(const struct maker *maker, const struct limen_parameter *parameter,
                  const struct limen_entry *entry, struct limen_values *values) {
  int status = refuse_many(maker, parameter, entry);
  if (status != LIMEN_OK) return status;
  size_t *ends = limen_alloc(entry->count, sizeof *ends, maker->error);
  if (!ends) return LIMEN_FAILED;
  for (size_t i = 0; i < entry->count; i++) {
    status = limen_range_expand(parameter, entry->values[i], values, maker->error);
    if (status != LIMEN_OK) {
      if (status == LIMEN_USAGE) limen_place_prefix(&entry->value_places[i], maker->error);
      goto done;
    }
    ends[i] = values->count;
  }
  status = refuse_duplicates(maker, entry, values, ends);
done:
  limen_free(ends);
  return status;
}

/* A file's name as seen from the working folder: what stands in a definition is seen from there. */
static char *seen_from_here(const struct maker *maker, const struct limen_parameter *parameter,
                            const struct limen_entry *entry, const struct limen_value *value) {
  const char *text = value->as.string, *file = entry->place.line > 0 ? entry->place.file : NULL;
  const char *slash = file ? strrchr(file, '/') : NULL;
  if (!slash || *text == '/' || !limen_value_is_file(parameter, value))
    return limen_copy_text(text, maker->error);
  return limen_print(maker->error, "%.*s/%s", (int)(slash - file), file, text);
}

/* Texts that were parsed point into an entry, which may go; the grid keeps its own copies. */
static int own_strings(struct maker *maker, const struct limen_parameter *parameter,
                       const struct limen_entry *entry, struct limen_values *values) {
  struct limen_grid *grid = maker->grid;
  for (size_t i = 0; i < values->count; i++) {
    if (parameter->type != LIMEN_STRING && parameter->type != LIMEN_PATH) continue;
    int status = limen_grow(&grid->strings, &maker->strings_capacity, grid->n_strings + 1,
                            sizeof *grid->strings, maker->error);
    if (status != LIMEN_OK) return status;
    char *copy = seen_from_here(maker, parameter, entry, &values->value[i]);
    if (!copy) return LIMEN_FAILED;
    grid->strings[grid->n_strings++] = copy;
    values->value[i].as.string = copy;
  }
  return LIMEN_OK;
}

/* Checks an entry; with `keep` its values replace those that the parameter had. */
static int apply(struct maker *maker, const struct limen_entry *entry, const char *section,
                 bool keep) {
  struct limen_grid *grid = maker->grid;
  struct limen_values values = {0};
  ptrdiff_t i = limen_parameter_find(grid->parameters, entry->key);
  if (i < 0) return unknown_key(maker, entry, section);
  const struct limen_parameter *parameter = &grid->parameters[i];
  if (parameter->role == LIMEN_COORDINATE)
    return FAIL_AT(&entry->place, maker->error,
                   "`%s` is chosen by the search, not by a definition; remove it", parameter->name);
  int status = expand(maker, parameter, entry, &values);
  if (status == LIMEN_OK && keep) status = own_strings(maker, parameter, entry, &values);
  if (status == LIMEN_OK && keep) {
    limen_free(grid->values[i]);
    grid->values[i] = values.value;
    grid->lengths[i] = values.count;
    maker->places[i] = entry->place;
    values.value = NULL;
  }
  limen_free(values.value);
  return status;
}

/* ---- the sources, in order of precedence ---- */

static int apply_line(struct maker *maker, const char *key, const char *text, const char *where) {
  const struct limen_parameter *table = maker->grid->parameters;
  struct limen_entry entry = {.key = limen_copy_text(key, maker->error), .place = {where, 0, 0}};
  if (!entry.key) return LIMEN_FAILED;
  ptrdiff_t i = limen_parameter_find(table, key);
  int status = i < 0 ? LIMEN_OK : limen_split_values(&table[i], text, &entry, maker->error);
  if (status == LIMEN_OK) status = apply(maker, &entry, NULL, true);
  limen_entry_clear(&entry);
  return status;
}

static int apply_defaults(struct maker *maker) {
  int status = LIMEN_OK;
  for (size_t i = 0; i < maker->grid->count && status == LIMEN_OK; i++) {
    const struct limen_parameter *parameter = &maker->grid->parameters[i];
    if (parameter->role == LIMEN_COORDINATE || !parameter->fallback) continue;
    status = apply_line(maker, parameter->name, parameter->fallback, "the default");
    maker->places[i] = (struct limen_place){0};
  }
  return status;
}

static int apply_section(struct maker *maker, const struct limen_entries *section, const char *name,
                         bool keep) {
  int status = LIMEN_OK;
  for (size_t i = 0; i < section->count && status == LIMEN_OK; i++)
    status = apply(maker, &section->entry[i], name, keep);
  return status;
}

/* `where` receives "--set key=value", which stands before every message about it. */
static int apply_set(struct maker *maker, const char *set, char *where) {
  const char *equals = strchr(set, '=');
  if (!equals || equals == set)
    return LIMEN_FAIL(maker->error, LIMEN_USAGE,
                      "%s: write a key, `=` and a value, as in --set d=4..8", where);
  char *key = limen_print(maker->error, "%.*s", (int)(equals - set), set);
  int status = key ? apply_line(maker, key, equals + 1, where) : LIMEN_FAILED;
  limen_free(key);
  return status;
}

/* ---- the whole ---- */

static int check_required(const struct maker *maker, const struct limen_definition *definition) {
  const struct limen_grid *grid = maker->grid;
  for (size_t i = 0; i < grid->count; i++) {
    const char *name = grid->parameters[i].name;
    if (grid->parameters[i].role == LIMEN_COORDINATE || grid->lengths[i] > 0) continue;
    int status =
        LIMEN_FAIL(maker->error, LIMEN_USAGE,
                   "`%s` has no default; give it under `params` or with --set %s=...", name, name);
    return definition ? limen_place_prefix(&definition->kind_place, maker->error) : status;
  }
  return LIMEN_OK;
}

/* Says the lengths of the lists and points at the longest. */
static int check_points(const struct maker *maker) {
  const struct limen_grid *grid = maker->grid;
  if (limen_grid_points(grid) <= LIMEN_GRID_MOST) return LIMEN_OK;
  struct limen_text lists = {0};
  size_t longest = 0;
  for (size_t i = 0; i < grid->count; i++) {
    if (grid->parameters[i].role != LIMEN_AXIS || grid->lengths[i] < 2) continue;
    limen_text_print(&lists, "%s%zu of `%s`", lists.length > 0 ? " x " : "", grid->lengths[i],
                     grid->parameters[i].name);
    if (grid->parameters[longest].role != LIMEN_AXIS || grid->lengths[i] > grid->lengths[longest])
      longest = i;
  }
  int status =
      LIMEN_FAIL(maker->error, LIMEN_USAGE, "the grid has more than %d points: %s; shorten a list",
                 LIMEN_GRID_MOST, limen_text_string(&lists));
  if (maker->places[longest].file) limen_place_prefix(&maker->places[longest], maker->error);
  limen_text_clear(&lists);
  return status;
}

static int apply_all(struct maker *maker, const struct limen_definition *definition,
                     enum limen_size size, const char *const *sets, char *const *wheres,
                     size_t n_sets) {
  int status = apply_defaults(maker);
  if (definition) {
    if (status == LIMEN_OK) status = apply_section(maker, &definition->params, "params", true);
    if (status == LIMEN_OK)
      status = apply_section(maker, &definition->smoke, "smoke", size == LIMEN_SIZE_SMOKE);
    if (status == LIMEN_OK)
      status = apply_section(maker, &definition->full, "full", size == LIMEN_SIZE_FULL);
  }
  for (size_t i = 0; i < n_sets && status == LIMEN_OK; i++)
    status = apply_set(maker, sets[i], wheres[i]);
  if (status == LIMEN_OK) status = check_required(maker, definition);
  if (status == LIMEN_OK) status = check_points(maker);
  return status;
}

int limen_grid_make(const struct limen_definition *definition,
                    const struct limen_parameter *parameters, enum limen_size size,
                    const char *const *sets, size_t n_sets, struct limen_grid *out,
                    struct limen_error *error) {
  int status = LIMEN_FAILED;
  struct limen_error unused;
  if (!error) error = &unused;
  struct maker maker = {.grid = out, .error = error};
  *out = (struct limen_grid){.parameters = parameters};
  char **wheres = limen_alloc(n_sets, sizeof *wheres, error);
  while (parameters[out->count].name) out->count++;
  maker.places = limen_alloc(out->count, sizeof *maker.places, error);
  out->values = limen_alloc(out->count, sizeof *out->values, error);
  out->lengths = limen_alloc(out->count, sizeof *out->lengths, error);
  if (!wheres || !maker.places || !out->values || !out->lengths) goto done;
  /* Places point at these, so all of them live until the end. */
  for (size_t i = 0; i < n_sets; i++)
    if (!(wheres[i] = limen_print(error, "--set %.*s", 2 * LIMEN_WORDS_SHOWN, sets[i]))) goto done;
  status = apply_all(&maker, definition, size, sets, wheres, n_sets);
done:
  for (size_t i = 0; wheres && i < n_sets; i++) limen_free(wheres[i]);
  limen_free(wheres);
  limen_free(maker.places);
  if (status != LIMEN_OK) limen_grid_clear(out);
  return status;
}

void limen_grid_clear(struct limen_grid *grid) {
  for (size_t i = 0; grid->values && i < grid->count; i++) limen_free(grid->values[i]);
  for (size_t i = 0; i < grid->n_strings; i++) limen_free(grid->strings[i]);
  limen_free(grid->values);
  limen_free(grid->lengths);
  limen_free(grid->strings);
  *grid = (struct limen_grid){0};
}
