#include "experiments/kinds/recall/options.h"

#include <string.h>

#include "base/memory.h"
#include "datasets/datasets.h"
#include "definition/definition.h"

/* What the kind itself sets comes beside the options. */
enum { SETS_MOST = sizeof((struct recall_sets *)0)->text / sizeof(char *), OWN = 4 };

int recall_sets_add(struct recall_sets *sets, const char *key, int64_t value,
                    struct limen_error *error) {
  if (!(sets->text[sets->count] = limen_print(error, "%s=%lld", key, (long long)value)))
    return LIMEN_FAILED;
  sets->count++;
  return LIMEN_OK;
}

void recall_sets_clear(struct recall_sets *sets) {
  for (size_t i = 0; i < sets->count; i++) limen_free(sets->text[i]);
  *sets = (struct recall_sets){0};
}

/* One option in the text of all of them, without the spaces around it. */
struct option {
  const char *text;
  size_t length;  /* 0: nothing between two commas */
  size_t dataset; /* characters of the dataset's name */
};

/* Takes the next option off `*options`; false at the end. */
static bool next_option(const char **options, struct option *out) {
  const char *start = *options + strspn(*options, " ,");
  if (*start == '\0') return false;
  size_t length = strcspn(start, ",");
  *options = start + length;
  while (length > 0 && start[length - 1] == ' ') length--;
  const char *dot = memchr(start, '.', length);
  *out = (struct option){start, length, dot ? (size_t)(dot - start) : length};
  return true;
}

static bool is_of(const struct option *option, const struct limen_dataset *dataset) {
  return strlen(dataset->name) == option->dataset &&
         strncmp(dataset->name, option->text, option->dataset) == 0;
}

int recall_sets_add_options(struct recall_sets *sets, const char *options,
                            const struct limen_dataset *dataset, struct limen_error *error) {
  struct option option;
  while (next_option(&options, &option)) {
    if (!is_of(&option, dataset)) continue;
    if (sets->count == SETS_MOST)
      return LIMEN_FAIL(error, LIMEN_USAGE, "`data_options` holds more than %d options for %s",
                        (int)SETS_MOST - OWN, dataset->name);
    sets->text[sets->count] = limen_print(error, "%.*s", (int)(option.length - option.dataset - 1),
                                          option.text + option.dataset + 1);
    if (!sets->text[sets->count]) return LIMEN_FAILED;
    sets->count++;
  }
  return LIMEN_OK;
}

/* ---- before the run ---- */

static const char *dataset_name(size_t i) {
  return limen_datasets[i] ? limen_datasets[i]->name : NULL;
}

static int check_option(const struct option *option, struct limen_error *error) {
  const char *const equals = memchr(option->text, '=', option->length);
  char name[64];
  if (option->dataset == option->length || !equals || equals < option->text + option->dataset)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "`data_options` holds %.*s: write DATASET.KEY=VALUE, such as %s.n=2000",
                      (int)option->length, option->text, dataset_name(0));
  for (size_t i = 0; limen_datasets[i]; i++)
    if (is_of(option, limen_datasets[i])) return LIMEN_OK;
  const size_t length = option->dataset < sizeof name ? option->dataset : sizeof name - 1;
  memcpy(name, option->text, length);
  name[length] = '\0';
  const char *nearest = limen_nearest(name, dataset_name);
  return LIMEN_FAIL(error, LIMEN_USAGE, "`data_options` names a dataset %s, which there is not%s%s",
                    name, nearest ? "; did you mean " : ": see limen list datasets",
                    nearest ? nearest : "");
}

int recall_options_check(const char *options, struct limen_error *error) {
  const char *rest = options;
  struct option option;
  int status = LIMEN_OK;
  while (status == LIMEN_OK && next_option(&rest, &option)) status = check_option(&option, error);
  for (size_t i = 0; limen_datasets[i] && status == LIMEN_OK; i++) {
    struct recall_sets sets = {0};
    struct limen_grid grid = {0};
    status = recall_sets_add_options(&sets, options, limen_datasets[i], error);
    if (status == LIMEN_OK && sets.count > 0) {
      status = limen_grid_make(NULL, limen_datasets[i]->parameters, LIMEN_SIZE_DEFAULT,
                               (const char *const *)sets.text, sets.count, &grid, error);
      if (status != LIMEN_OK)
        limen_error_prefix(error, "`data_options` for %s", limen_datasets[i]->name);
    }
    limen_grid_clear(&grid);
    recall_sets_clear(&sets);
  }
  return status;
}
