#include "data/collection_json.h"

#include <stdio.h>

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "definition/words.h"

int limen_json_line(const struct limen_lines *lines, json_t **out, struct limen_error *error) {
  json_error_t where;
  int status =
      limen_json_read(lines->line, lines->length, JSON_REJECT_DUPLICATES, out, &where, error);
  if (status == LIMEN_FAILED) return status;
  if (status != LIMEN_OK) {
    char shown[LIMEN_WORDS_SIZE];
    return LIMEN_FAIL(error, LIMEN_INPUT, "column %d: %s, in %s; one JSON object a line is needed",
                      where.column, where.text, limen_words_quote(lines->line, shown));
  }
  if (json_is_object(*out)) return LIMEN_OK;
  char shown[LIMEN_WORDS_SIZE];
  json_decref(*out);
  *out = NULL;
  return LIMEN_FAIL(error, LIMEN_INPUT, "%s is no JSON object; one object a line is needed",
                    limen_words_quote(lines->line, shown));
}

/* ---- values under one of several names ---- */

static json_t *look_up(const json_t *object, const char *const *names, const char **name) {
  for (size_t i = 0; names[i]; i++) {
    json_t *value = json_object_get(object, names[i]);
    *name = names[i];
    if (value) return value;
  }
  return NULL;
}

static int missing(const json_t *object, const char *const *names, struct limen_error *error) {
  enum { KEYS_SHOWN = 8 };
  struct limen_text text = {0};
  char shown[LIMEN_WORDS_SIZE];
  size_t count = 0;
  const char *key;
  json_t *value;
  for (size_t i = 0; names[i]; i++) limen_text_print(&text, "%s\"%s\"", i ? " or " : "", names[i]);
  limen_text_add(&text, " is missing; the keys are");
  json_object_foreach((json_t *)(uintptr_t)object, key, value) {
    if (count++ < KEYS_SHOWN)
      limen_text_print(&text, "%s %s", count > 1 ? "," : "", limen_words_quote(key, shown));
  }
  if (count == 0) limen_text_add(&text, " none");
  if (count > KEYS_SHOWN) limen_text_add(&text, ", ...");
  int status = LIMEN_FAIL(error, LIMEN_INPUT, "%s", limen_text_string(&text));
  limen_text_clear(&text);
  return status;
}

static int wrong(const char *name, const json_t *value, const char *wanted,
                 struct limen_error *error) {
  char shown[LIMEN_WORDS_SIZE];
  char *text = limen_json_print(value, JSON_ENCODE_ANY | JSON_COMPACT, name, NULL);
  int status = LIMEN_FAIL(error, LIMEN_INPUT, "\"%s\" is %s; %s is needed", name,
                          limen_words_quote(text ? text : "?", shown), wanted);
  limen_free(text);
  return status;
}

int limen_json_id(const json_t *object, const char *const *names, char *room, const char **out,
                  struct limen_error *error) {
  const char *name;
  const json_t *value = look_up(object, names, &name);
  if (!value) return missing(object, names, error);
  if (json_is_integer(value)) {
    snprintf(room, LIMEN_JSON_ROOM, "%lld", (long long)json_integer_value(value));
    *out = room;
    return LIMEN_OK;
  }
  if (!json_is_string(value)) return wrong(name, value, "a text or a whole number", error);
  *out = json_string_value(value);
  char what[32];
  snprintf(what, sizeof what, "\"%s\"", name);
  return limen_field_id(*out, what, error);
}

int limen_json_text(const json_t *object, const char *const *names, const char **out,
                    struct limen_error *error) {
  const char *name;
  const json_t *value = look_up(object, names, &name);
  if (!value) return missing(object, names, error);
  if (!json_is_string(value)) return wrong(name, value, "a text", error);
  *out = json_string_value(value);
  return LIMEN_OK;
}

int limen_json_text_or_none(const json_t *object, const char *const *names, const char **out,
                            struct limen_error *error) {
  const char *name;
  const json_t *value = look_up(object, names, &name);
  *out = "";
  if (!value || json_is_null(value)) return LIMEN_OK;
  return limen_json_text(object, names, out, error);
}

int limen_json_number(const json_t *object, const char *const *names, double *out,
                      struct limen_error *error) {
  const char *name;
  const json_t *value = look_up(object, names, &name);
  if (!value) return missing(object, names, error);
  if (!json_is_number(value)) return wrong(name, value, "a number", error);
  *out = json_number_value(value);
  return LIMEN_OK;
}
