/* Finding the place of a stored cell in the grid from its own words. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "run/plan.h"

/* The text after " NAME=" up to the next space; false when it is not there or too long. */
static bool word_of(const char *text, const char *name, char *out, size_t size) {
  size_t length = strlen(name);
  for (const char *at = strchr(text, ' '); at; at = strchr(at + 1, ' ')) {
    if (strncmp(at + 1, name, length) != 0 || at[1 + length] != '=') continue;
    at += length + 2;
    size_t count = strcspn(at, " ");
    if (count >= size) return false;
    memcpy(out, at, count);
    out[count] = '\0';
    return true;
  }
  return false;
}

/* Which of a parameter's values is written as `word`; their number when none is. */
static int index_of(const struct limen_grid *grid, size_t parameter, const char *word,
                    size_t *index, struct limen_error *error) {
  struct limen_text text = {0};
  int status = LIMEN_OK;
  for (*index = 0; *index < grid->lengths[parameter]; ++*index) {
    limen_text_clear(&text);
    limen_value_print(&grid->values[parameter][*index], &text);
    status = limen_text_status(&text, error);
    if (status != LIMEN_OK || strcmp(limen_text_string(&text), word) == 0) break;
  }
  limen_text_clear(&text);
  return status;
}

static int adopt_cell(void *context, const char *text, struct limen_error *error) {
  struct limen_plan *plan = context;
  size_t point = 0, index = 0, coordinates = 0;
  int64_t coordinate[LIMEN_COORDINATES] = {0};
  char word[256];
  for (size_t i = 0; plan->kind->parameters[i].name; i++) {
    const struct limen_parameter *parameter = &plan->kind->parameters[i];
    if (parameter->role != LIMEN_AXIS && parameter->role != LIMEN_COORDINATE) continue;
    if (!word_of(text, parameter->name, word, sizeof word)) return LIMEN_OK;
    if (parameter->role == LIMEN_COORDINATE) {
      coordinate[coordinates++] = strtoll(word, NULL, 10);
    } else {
      int status = index_of(&plan->grid, i, word, &index, error);
      if (status != LIMEN_OK || index == plan->grid.lengths[i]) return status;
      point = point * plan->grid.lengths[i] + index;
    }
  }
  limen_plan_ask(plan, point, coordinate);
  return plan->status;
}

int limen_plan_adopt(struct limen_plan *plan, struct limen_error *error) {
  return plan->store ? limen_store_each(plan->store, adopt_cell, plan, error) : LIMEN_OK;
}
