#include "run/plan.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* ---- life ---- */

static size_t count_coordinates(const struct limen_kind *kind) {
  size_t count = 0;
  for (size_t i = 0; kind->parameters[i].name; i++)
    count += kind->parameters[i].role == LIMEN_COORDINATE;
  return count;
}

int limen_plan_init(struct limen_plan *plan, const struct limen_kind *kind,
                    struct limen_definition *definition, enum limen_size size,
                    const char *const *sets, size_t n_sets, struct limen_error *error) {
  assert(count_coordinates(kind) <= LIMEN_COORDINATES);
  *plan = (struct limen_plan){.kind = kind, .size = size};
  int status =
      limen_grid_make(definition, kind->parameters, size, sets, n_sets, &plan->grid, error);
  if (status == LIMEN_OK && kind->check) status = kind->check(&plan->grid, error);
  if (status == LIMEN_OK && (!(plan->measure_names = limen_kind_measure_names(kind, error)) ||
                             !(plan->code = limen_copy_text(limen_kind_code(kind), error))))
    status = LIMEN_FAILED;
  if (status == LIMEN_OK) {
    plan->definition = *definition;
    *definition = (struct limen_definition){0};
  } else {
    limen_plan_clear(plan);
  }
  return status;
}

static void cell_free(struct limen_cell *cell) {
  limen_free(cell->text);
  limen_answer_clear(&cell->answer);
  limen_free(cell);
}

void limen_plan_clear(struct limen_plan *plan) {
  for (size_t i = 0; i < plan->n_cells; i++) cell_free(plan->cells[i]);
  limen_free(plan->cells);
  limen_free(plan->slots);
  limen_free(plan->order);
  limen_free(plan->replay_of);
  limen_free(plan->code);
  limen_free(plan->imported);
  limen_inputs_clear(&plan->inputs);
  limen_free((void *)plan->measure_names);
  limen_grid_clear(&plan->grid);
  limen_definition_clear(&plan->definition);
  *plan = (struct limen_plan){0};
}

/* ---- the table of cells ---- */

static size_t hash_of(size_t point, const int64_t *coordinates) {
  uint64_t h = point * 0x9E3779B97F4A7C15u + 1;
  for (size_t i = 0; i < LIMEN_COORDINATES; i++) {
    h ^= (uint64_t)coordinates[i];
    h *= 0xD6E8FEB86659FD93u;
    h ^= h >> 32;
  }
  return (size_t)h;
}

/* The slot of a cell: its own, or the empty one where it belongs. */
static size_t slot_of(const struct limen_plan *plan, size_t point, const int64_t *coordinates) {
  size_t slot = hash_of(point, coordinates) % plan->n_slots;
  for (;; slot = (slot + 1) % plan->n_slots) {
    size_t index = plan->slots[slot];
    if (index == 0) return slot;
    const struct limen_cell *cell = plan->cells[index - 1];
    if (cell->point == point && memcmp(cell->coordinate, coordinates, sizeof cell->coordinate) == 0)
      return slot;
  }
}

static int widen_table(struct limen_plan *plan, struct limen_error *error) {
  if (2 * (plan->n_cells + 1) <= plan->n_slots) return LIMEN_OK;
  size_t wider = plan->n_slots ? 2 * plan->n_slots : 256;
  size_t *slots = limen_alloc(wider, sizeof *slots, error);
  if (!slots) return LIMEN_FAILED;
  limen_free(plan->slots);
  plan->slots = slots;
  plan->n_slots = wider;
  for (size_t i = 0; i < plan->n_cells; i++)
    plan->slots[slot_of(plan, plan->cells[i]->point, plan->cells[i]->coordinate)] = i + 1;
  return LIMEN_OK;
}

/* ---- the words and the key of a cell ---- */

static void describe_inner(const struct limen_grid *grid, size_t index, struct limen_text *out) {
  for (size_t i = 0; i < grid->lengths[index]; i++) {
    if (i > 0) limen_text_add(out, ",");
    limen_value_print(&grid->values[index][i], out);
  }
}

static int cell_words(const struct limen_plan *plan, struct limen_cell *cell,
                      struct limen_error *error) {
  struct limen_text words = {0};
  limen_text_print(&words, "kind=%s code=%s", plan->kind->name, plan->code);
  cell->rows = 1;
  for (size_t i = 0; plan->kind->parameters[i].name; i++) {
    const struct limen_parameter *parameter = &plan->kind->parameters[i];
    if (parameter->role == LIMEN_PLANNING) continue;
    limen_text_print(&words, " %s=", parameter->name);
    if (parameter->role == LIMEN_INNER) {
      describe_inner(&plan->grid, i, &words);
      cell->rows *= plan->grid.lengths[i];
    } else {
      struct limen_value value = limen_cell_value(cell, 0, parameter->name);
      const char *hash =
          parameter->type == LIMEN_PATH ? limen_inputs_hash(&plan->inputs, value.as.string) : NULL;
      if (hash)
        limen_text_print(&words, "sha256:%s", hash);
      else
        limen_value_print(&value, &words);
    }
  }
  int status = limen_text_status(&words, error);
  if (status == LIMEN_OK) {
    cell->text = limen_copy_text(limen_text_string(&words), error);
    status =
        cell->text ? limen_hash_text(cell->text, words.length, cell->key, error) : LIMEN_FAILED;
  }
  limen_text_clear(&words);
  return status;
}

/* ---- asking ---- */

static int add_cell(struct limen_plan *plan, size_t point, const int64_t *coordinates,
                    struct limen_error *error) {
  int status = widen_table(plan, error);
  if (status == LIMEN_OK)
    status = limen_grow(&plan->cells, &plan->cells_capacity, plan->n_cells + 1, sizeof *plan->cells,
                        error);
  if (status == LIMEN_OK)
    status = limen_grow(&plan->replay_of, &plan->replay_capacity, plan->n_cells + 1,
                        sizeof *plan->replay_of, error);
  if (status != LIMEN_OK) return status;
  struct limen_cell *cell = limen_alloc(1, sizeof *cell, error);
  if (!cell) return LIMEN_FAILED;
  cell->grid = &plan->grid;
  cell->point = point;
  memcpy(cell->coordinate, coordinates, sizeof cell->coordinate);
  status = cell_words(plan, cell, error);
  if (status == LIMEN_OK && plan->store) {
    bool found = false;
    status = limen_store_find(plan->store, cell->key, plan->measure_names,
                              limen_kind_measures(plan->kind), &cell->answer, &found, error);
    if (found && cell->answer.rows == cell->rows) cell->state = LIMEN_CELL_DONE;
  }
  if (status != LIMEN_OK) {
    cell_free(cell);
    return status;
  }
  cell->cost = plan->kind->cost ? plan->kind->cost(cell) : 1;
  plan->slots[slot_of(plan, point, coordinates)] = plan->n_cells + 1;
  plan->cells[plan->n_cells++] = cell;
  return LIMEN_OK;
}

static int note_order(struct limen_plan *plan, size_t index, struct limen_error *error) {
  if (plan->replay_of[index] == plan->replay) return LIMEN_OK;
  int status = limen_grow(&plan->order, &plan->order_capacity, plan->n_order + 1,
                          sizeof *plan->order, error);
  if (status != LIMEN_OK) return status;
  plan->replay_of[index] = plan->replay;
  plan->order[plan->n_order++] = index;
  plan->n_missing += plan->cells[index]->state != LIMEN_CELL_DONE;
  return LIMEN_OK;
}

static void full_coordinates(const struct limen_plan *plan, const int64_t *given, int64_t *out) {
  size_t count = count_coordinates(plan->kind);
  for (size_t i = 0; i < LIMEN_COORDINATES; i++) out[i] = i < count ? given[i] : 0;
}

const struct limen_cell *limen_plan_ask(struct limen_plan *plan, size_t point,
                                        const int64_t *coordinates) {
  int64_t all[LIMEN_COORDINATES];
  if (plan->status != LIMEN_OK) return NULL;
  full_coordinates(plan, coordinates, all);
  size_t index = plan->n_slots ? plan->slots[slot_of(plan, point, all)] : 0;
  if (index == 0) {
    plan->status = add_cell(plan, point, all, plan->error);
    if (plan->status != LIMEN_OK) return NULL;
    index = plan->n_cells;
  }
  plan->status = note_order(plan, index - 1, plan->error);
  struct limen_cell *cell = plan->cells[index - 1];
  return plan->status == LIMEN_OK && cell->state == LIMEN_CELL_DONE ? cell : NULL;
}

const struct limen_cell *limen_plan_peek(const struct limen_plan *plan, size_t point,
                                         const int64_t *coordinates) {
  int64_t all[LIMEN_COORDINATES];
  if (plan->n_slots == 0) return NULL;
  full_coordinates(plan, coordinates, all);
  size_t index = plan->slots[slot_of(plan, point, all)];
  if (index == 0 || plan->replay_of[index - 1] != plan->replay) return NULL;
  return plan->cells[index - 1]->state == LIMEN_CELL_DONE ? plan->cells[index - 1] : NULL;
}

int limen_plan_each(const struct limen_plan *plan,
                    int (*visit)(void *context, const struct limen_cell *cell,
                                 struct limen_error *error),
                    void *context, struct limen_error *error) {
  int status = LIMEN_OK;
  for (size_t i = 0; i < plan->n_order && status == LIMEN_OK; i++) {
    const struct limen_cell *cell = plan->cells[plan->order[i]];
    if (cell->state == LIMEN_CELL_DONE) status = visit(context, cell, error);
  }
  return status;
}

int limen_plan_replay(struct limen_plan *plan, struct limen_error *error) {
  plan->replay++;
  plan->n_order = 0;
  plan->n_missing = 0;
  plan->error = error;
  plan->status = LIMEN_OK;
  int status = plan->imported ? limen_plan_adopt(plan, error) : plan->kind->plan(plan, error);
  if (plan->status != LIMEN_OK) status = plan->status;
  plan->error = NULL;
  return status;
}

/* ---- groups ---- */

/* The order of limen_store_put: of equal ranks the earlier key wins. */
static int by_group_then_rank(const void *a, const void *b) {
  const struct limen_cell *x = *(struct limen_cell *const *)a;
  const struct limen_cell *y = *(struct limen_cell *const *)b;
  int order = strcmp(x->answer.group, y->answer.group);
  if (order == 0) order = (x->answer.rank < y->answer.rank) - (x->answer.rank > y->answer.rank);
  return order ? order : strcmp(x->key, y->key);
}

int limen_plan_best_of_groups(const struct limen_plan *plan, struct limen_cell ***cells,
                              size_t *count, struct limen_error *error) {
  size_t used = 0, best = 0;
  struct limen_cell **all = limen_alloc(plan->n_order, sizeof(struct limen_cell *), error);
  if (!all) return LIMEN_FAILED;
  for (size_t i = 0; i < plan->n_order; i++) {
    struct limen_cell *cell = plan->cells[plan->order[i]];
    if (cell->state == LIMEN_CELL_DONE && cell->answer.group) all[used++] = cell;
  }
  if (used > 0) qsort(all, used, sizeof *all, by_group_then_rank);
  for (size_t i = 0; i < used; i++)
    if (best == 0 || strcmp(all[i]->answer.group, all[best - 1]->answer.group) != 0)
      all[best++] = all[i];
  *cells = all;
  *count = best;
  return LIMEN_OK;
}

/* ---- words for people ---- */

void limen_plan_axes(const struct limen_plan *plan, size_t point, ptrdiff_t row,
                     struct limen_text *out) {
  struct limen_cell cell = {.grid = &plan->grid, .point = point};
  bool first = true;
  for (size_t i = 0; plan->kind->parameters[i].name; i++) {
    const struct limen_parameter *parameter = &plan->kind->parameters[i];
    if (parameter->role != LIMEN_AXIS && (parameter->role != LIMEN_INNER || row < 0)) continue;
    struct limen_value value = limen_cell_value(&cell, row < 0 ? 0 : (size_t)row, parameter->name);
    limen_text_print(out, "%s%s=", first ? "" : "/", parameter->name);
    limen_value_label(&value, out);
    first = false;
  }
}
