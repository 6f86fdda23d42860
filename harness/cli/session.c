#include "cli/session.h"

#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "definition/words.h"

const struct limen_kind *const *limen_cli_kinds;
const struct limen_importer *const *limen_cli_importers;
const struct limen_dataset *const *limen_cli_datasets;
const struct limen_text_dataset *const *limen_cli_text_datasets;

/* ---- plans ---- */

static const char *kind_name(size_t i) {
  return limen_cli_kinds[i] ? limen_cli_kinds[i]->name : NULL;
}

static int kind_of(const struct limen_definition *definition, const struct limen_kind **kind,
                   struct limen_error *error) {
  *kind = limen_kind_find(limen_cli_kinds, definition->kind);
  if (*kind) return LIMEN_OK;
  struct limen_text names = {0};
  const char *near = limen_nearest(definition->kind, kind_name);
  for (size_t i = 0; limen_cli_kinds[i]; i++)
    limen_text_print(&names, "%s%s", i ? ", " : "", limen_cli_kinds[i]->name);
  int status = LIMEN_FAIL(error, LIMEN_USAGE, "%s:%zu:%zu: unknown kind %.60s%s%s; there are: %s",
                          definition->path, definition->kind_place.line,
                          definition->kind_place.column, definition->kind,
                          near ? "; nearest: " : "", near ? near : "", limen_text_string(&names));
  limen_text_clear(&names);
  return status;
}

static int plan_of(struct limen_session *session, struct limen_definition *definition,
                   enum limen_size size, const struct limen_texts *sets,
                   struct limen_error *error) {
  const struct limen_kind *kind;
  int status = kind_of(definition, &kind, error);
  if (status == LIMEN_OK)
    status =
        limen_plan_init(&session->plan, kind, definition, size, sets->text, sets->count, error);
  limen_definition_clear(definition);
  return status;
}

int limen_session_check_path(const char *path, struct limen_error *error) {
  if (limen_words_utf8(path, strlen(path))) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_USAGE,
                    "%s: this path is not UTF-8, and the run's manifest could not name it; rename "
                    "the file or its folder",
                    path);
}

int limen_session_plan(struct limen_session *session, const char *path, enum limen_size size,
                       const struct limen_texts *sets, struct limen_error *error) {
  struct limen_definition definition = {0};
  int status = limen_session_check_path(path, error);
  if (status == LIMEN_OK) status = limen_definition_read(path, &definition, error);
  if (status == LIMEN_INPUT) {
    const struct limen_error reason = *error;
    LIMEN_FAIL(error, status, "%s; `limen list experiments` names the definitions there are",
               reason.text);
  }
  if (status == LIMEN_OK) status = plan_of(session, &definition, size, sets, error);
  if (status == LIMEN_OK)
    status = limen_inputs_find(&session->plan.grid, &session->plan.inputs, error);
  return status;
}

int limen_session_plan_text(struct limen_session *session, const char *path, const char *text,
                            const struct limen_texts *sets, struct limen_error *error) {
  struct limen_definition definition = {0};
  int status = limen_definition_parse(path, text, strlen(text), &definition, error);
  if (status == LIMEN_OK) status = plan_of(session, &definition, LIMEN_SIZE_DEFAULT, sets, error);
  if (status == LIMEN_OK)
    status = limen_inputs_find(&session->plan.grid, &session->plan.inputs, error);
  return status;
}

/* ---- the store's own description of its run ---- */

int limen_session_describe(struct limen_session *session, const struct limen_texts *sets,
                           struct limen_error *error) {
  struct limen_plan *plan = &session->plan;
  json_t *list = json_array();
  for (size_t i = 0; i < sets->count; i++) json_array_append_new(list, json_string(sets->text[i]));
  char *text = limen_json_print(list, JSON_COMPACT, "the words of --set", error);
  json_decref(list);
  struct limen_text inputs = {0};
  limen_inputs_print(&plan->inputs, &inputs);
  int status = text ? limen_text_status(&inputs, error) : LIMEN_FAILED;
  const char *const pairs[][2] = {
      {"definition_path", plan->definition.path}, {"definition_text", plan->definition.text},
      {"size", limen_size_name(plan->size)},      {"code", plan->code},
      {"inputs", limen_text_string(&inputs)},     {"sets", text}};
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs && status == LIMEN_OK; i++)
    status = limen_store_set(session->store, pairs[i][0], pairs[i][1], error);
  limen_free(text);
  limen_text_clear(&inputs);
  return status;
}

static int sets_of(const char *text, json_t **list, struct limen_texts *sets,
                   struct limen_error *error) {
  int status = limen_json_read(text, strlen(text), 0, list, NULL, error);
  if (status == LIMEN_INPUT || (status == LIMEN_OK && !json_is_array(*list)))
    return LIMEN_FAIL(error, LIMEN_INPUT, "the store's own description is damaged: run it again");
  for (size_t i = 0; i < json_array_size(*list) && status == LIMEN_OK; i++) {
    status = limen_grow(&sets->text, &sets->capacity, sets->count + 1, sizeof *sets->text, error);
    const char *one = json_string_value(json_array_get(*list, i));
    if (status == LIMEN_OK && one) sets->text[sets->count++] = one;
  }
  return status;
}

int limen_session_open(struct limen_session *session, const char *folder,
                       enum limen_store_mode mode, struct limen_error *error) {
  enum { PATH, TEXT, SIZE, SETS, CODE, IMPORTED, INPUTS, COUNT };
  static const char *const names[COUNT] = {
      "definition_path", "definition_text", "size", "sets", "code", "imported", "inputs"};
  char *values[COUNT] = {0};
  json_t *list = NULL;
  struct limen_texts sets = {0};
  struct limen_definition definition = {0};
  *session = (struct limen_session){0};
  int status = limen_store_open(folder, mode, &session->store, error);
  for (size_t i = 0; i < COUNT && status == LIMEN_OK; i++)
    status = limen_store_get(session->store, names[i], &values[i], error);
  if (status != LIMEN_OK) goto done;
  if (!values[PATH] || !values[TEXT] || !values[SIZE] || !values[SETS] || !values[CODE]) {
    status = LIMEN_FAIL(error, LIMEN_INPUT, "%s: the store holds no run yet; run it again", folder);
    goto done;
  }
  enum limen_size size = LIMEN_SIZE_DEFAULT;
  if (strcmp(values[SIZE], limen_size_name(LIMEN_SIZE_SMOKE)) == 0) size = LIMEN_SIZE_SMOKE;
  if (strcmp(values[SIZE], limen_size_name(LIMEN_SIZE_FULL)) == 0) size = LIMEN_SIZE_FULL;
  if ((status = sets_of(values[SETS], &list, &sets, error)) != LIMEN_OK) goto done;
  status =
      limen_definition_parse(values[PATH], values[TEXT], strlen(values[TEXT]), &definition, error);
  if (status == LIMEN_OK) status = plan_of(session, &definition, size, &sets, error);
  if (status != LIMEN_OK) goto done;
  session->plan.store = session->store;
  session->plan.imported = values[IMPORTED];
  limen_free(session->plan.code);
  session->plan.code = values[CODE]; /* what computed the cells, not what reads them */
  values[IMPORTED] = values[CODE] = NULL;
  if (values[INPUTS]) status = limen_inputs_read(values[INPUTS], &session->plan.inputs, error);
  if (status == LIMEN_OK) status = limen_plan_replay(&session->plan, error);
done:
  for (size_t i = 0; i < COUNT; i++) limen_free(values[i]);
  json_decref(list);
  limen_texts_clear(&sets);
  if (status != LIMEN_OK) limen_session_clear(session);
  return status;
}

void limen_session_clear(struct limen_session *session) {
  limen_plan_clear(&session->plan);
  limen_store_close(session->store);
  session->store = NULL;
}
