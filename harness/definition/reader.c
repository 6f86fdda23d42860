/* Reads a definition: the text becomes the keys and values that it writes, each with its place.
 * Nothing here knows a kind or its parameters; grid.c does. */
#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "definition/definition.h"
#include "definition/entry.h"
#include "definition/events.h"
#include "definition/words.h"

enum { NAME_MOST = 64 /* bytes; names become folders and parts of headline names */ };

/* Fails at the current event. */
#define FAIL_HERE(events, error, ...) \
  (LIMEN_FAIL((error), LIMEN_USAGE, __VA_ARGS__), limen_place_prefix(&(events)->place, (error)))

/* ---- the keys of a definition ---- */

static const struct key {
  const char *name, *example;
  bool section, required;
  size_t offset; /* in struct limen_definition: a char * or a struct limen_entries */
} keys[] = {
    {"name", "limit_k2", false, true, offsetof(struct limen_definition, name)},
    {"kind", "critical_n", false, true, offsetof(struct limen_definition, kind)},
    {"question", "How many ...?", false, true, offsetof(struct limen_definition, question)},
    {"params", "{ d: 4..12 }", true, false, offsetof(struct limen_definition, params)},
    {"smoke", "{ d: 4 }", true, false, offsetof(struct limen_definition, smoke)},
    {"full", "{ d: 4..45 }", true, false, offsetof(struct limen_definition, full)},
    {"baseline", "tests/baselines/limit_k2.json", false, false,
     offsetof(struct limen_definition, baseline)},
};
enum { N_KEYS = sizeof keys / sizeof *keys };

static int unknown_key(const struct limen_events *events, const char *text,
                       struct limen_error *error) {
  char quoted[LIMEN_WORDS_SIZE];
  struct limen_text valid = {0};
  struct limen_guess guess = {.word = text};
  for (size_t i = 0; i < N_KEYS; i++) {
    limen_guess_offer(&guess, keys[i].name);
    limen_text_print(&valid, "%s%s", i > 0 ? ", " : "", keys[i].name);
  }
  int status =
      FAIL_HERE(events, error,
                "unknown key %s%s%s%s; a definition has the keys %s; parameters stand "
                "under `params`",
                limen_words_quote(text, quoted), guess.best ? "; did you mean `" : "",
                guess.best ? guess.best : "", guess.best ? "`?" : "", limen_text_string(&valid));
  limen_text_clear(&valid);
  return status;
}

/* ---- scalars and lists ---- */

/* The current event as the text of `key`, without white space that a value cannot hold. */
static int expect_value(const struct limen_events *events, const char *key,
                        struct limen_error *error) {
  char quoted[LIMEN_WORDS_SIZE];
  limen_words_quote(key, quoted);
  if (events->event.type != YAML_SCALAR_EVENT)
    return FAIL_HERE(events, error, "%s holds a nested %s; plain values belong here", quoted,
                     events->event.type == YAML_MAPPING_START_EVENT ? "mapping" : "list");
  if (limen_events_null(events))
    return FAIL_HERE(events, error, "%s has no value; write one or remove the key", quoted);
  if (strpbrk(limen_events_text(events), "\n\t"))
    return FAIL_HERE(events, error, "the value of %s holds a tab or a line break", quoted);
  return LIMEN_OK;
}

static int expect_key(const struct limen_events *events, struct limen_error *error) {
  if (events->event.type != YAML_SCALAR_EVENT)
    return FAIL_HERE(events, error, "a key is one word, not a list or a mapping");
  if (limen_events_null(events) || !*limen_events_text(events))
    return FAIL_HERE(events, error, "a key is missing before `:`");
  return LIMEN_OK;
}

static int add_value(struct limen_events *events, struct limen_entry *entry,
                     struct limen_error *error) {
  int status = expect_value(events, entry->key, error);
  if (status != LIMEN_OK) return status;
  const char *text = limen_events_text(events);
  return limen_entry_add(entry, text, strlen(text), &events->place, error);
}

static int read_values(struct limen_events *events, struct limen_entry *entry,
                       struct limen_error *error) {
  int status = limen_events_next(events, error);
  if (status != LIMEN_OK) return status;
  if (events->event.type != YAML_SEQUENCE_START_EVENT) return add_value(events, entry, error);
  struct limen_place start = events->place;
  entry->list = true;
  while ((status = limen_events_next(events, error)) == LIMEN_OK) {
    if (events->event.type == YAML_SEQUENCE_END_EVENT) break;
    if ((status = add_value(events, entry, error)) != LIMEN_OK) break;
  }
  if (status == LIMEN_OK && entry->count == 0) {
    events->place = start;
    char quoted[LIMEN_WORDS_SIZE];
    status = FAIL_HERE(events, error, "%s has an empty list; write a value or remove the key",
                       limen_words_quote(entry->key, quoted));
  }
  return status;
}

/* ---- sections ---- */

static int read_entry(struct limen_events *events, struct limen_entries *entries,
                      struct limen_error *error) {
  int status = expect_key(events, error);
  if (status != LIMEN_OK) return status;
  char quoted[LIMEN_WORDS_SIZE];
  const char *text = limen_events_text(events);
  const struct limen_entry *twin = limen_entries_find(entries, text);
  if (twin)
    return FAIL_HERE(events, error, "%s is given twice, first in line %zu; remove one",
                     limen_words_quote(text, quoted), twin->place.line);
  if (entries->count >= LIMEN_ENTRIES_MOST)
    return FAIL_HERE(events, error, "more than %d keys stand here; no kind has so many",
                     LIMEN_ENTRIES_MOST);
  struct limen_entry *entry;
  status = limen_entries_add(entries, text, &events->place, &entry, error);
  return status == LIMEN_OK ? read_values(events, entry, error) : status;
}

static int read_section(struct limen_events *events, const struct key *key,
                        struct limen_definition *out, struct limen_error *error) {
  struct limen_entries *entries = (struct limen_entries *)(void *)((char *)out + key->offset);
  int status = limen_events_next(events, error);
  if (status != LIMEN_OK) return status;
  if (events->event.type != YAML_MAPPING_START_EVENT)
    return FAIL_HERE(events, error, "`%s` holds parameters, as in `%s: %s`", key->name, key->name,
                     key->example);
  while ((status = limen_events_next(events, error)) == LIMEN_OK) {
    if (events->event.type == YAML_MAPPING_END_EVENT) break;
    if ((status = read_entry(events, entries, error)) != LIMEN_OK) break;
  }
  return status;
}

/* ---- the document ---- */

/* Long questions are written over several lines; they are one line to everybody else. */
static void fold(char *text) {
  char *to = text;
  for (char *from = text; *from; from++) {
    bool space = *from == ' ' || *from == '\n' || *from == '\t';
    if (!space)
      *to++ = *from;
    else if (to > text && to[-1] != ' ')
      *to++ = ' ';
  }
  if (to > text && to[-1] == ' ') to--;
  *to = '\0';
}

static int check_name(const struct limen_events *events, const char *key, const char *name,
                      struct limen_error *error) {
  char quoted[LIMEN_WORDS_SIZE];
  bool good = *name && strlen(name) <= NAME_MOST;
  for (const char *at = name; *at && good; at++)
    good = isalnum((unsigned char)*at) || *at == '_' || *at == '-';
  if (good) return LIMEN_OK;
  return FAIL_HERE(events, error,
                   "`%s` cannot be %s; valid: letters, digits, `_` and `-`, 1 to %d of them", key,
                   *name ? limen_words_quote(name, quoted) : "empty", NAME_MOST);
}

static int read_text(struct limen_events *events, const struct key *key,
                     struct limen_definition *out, struct limen_error *error) {
  char **slot = (char **)(void *)((char *)out + key->offset);
  bool question = slot == &out->question;
  int status = limen_events_next(events, error);
  if (status != LIMEN_OK) return status;
  if (!question || events->event.type != YAML_SCALAR_EVENT || limen_events_null(events))
    if ((status = expect_value(events, key->name, error)) != LIMEN_OK) return status;
  if (!(*slot = limen_copy_text(limen_events_text(events), error))) return LIMEN_FAILED;
  if (question) fold(*slot);
  if (slot == &out->name) out->name_place = events->place;
  if (slot == &out->kind) out->kind_place = events->place;
  if (slot == &out->name || slot == &out->kind) return check_name(events, key->name, *slot, error);
  if (!**slot)
    return FAIL_HERE(events, error, "`%s` is empty; write a text%s", key->name,
                     key->required ? "" : " or remove the key");
  return LIMEN_OK;
}

static int read_keys(struct limen_events *events, struct limen_definition *out,
                     struct limen_error *error) {
  size_t lines[N_KEYS] = {0};
  int status;
  struct limen_place start = events->place;
  while ((status = limen_events_next(events, error)) == LIMEN_OK) {
    if (events->event.type == YAML_MAPPING_END_EVENT) break;
    if ((status = expect_key(events, error)) != LIMEN_OK) return status;
    const char *text = limen_events_text(events);
    size_t i = 0;
    while (i < N_KEYS && strcmp(keys[i].name, text) != 0) i++;
    if (i == N_KEYS) return unknown_key(events, text, error);
    if (lines[i])
      return FAIL_HERE(events, error, "`%s` is given twice, first in line %zu; remove one", text,
                       lines[i]);
    lines[i] = events->place.line;
    status = (keys[i].section ? read_section : read_text)(events, &keys[i], out, error);
    if (status != LIMEN_OK) return status;
  }
  if (status != LIMEN_OK) return status;
  events->place = start;
  for (size_t i = 0; i < N_KEYS; i++)
    if (keys[i].required && !lines[i])
      return FAIL_HERE(events, error, "`%s` is missing; add a line such as `%s: %s`", keys[i].name,
                       keys[i].name, keys[i].example);
  return LIMEN_OK;
}

static int read_document(struct limen_events *events, struct limen_definition *out,
                         struct limen_error *error) {
  int status = limen_events_next(events, error); /* the start of the stream */
  if (status == LIMEN_OK) status = limen_events_next(events, error);
  if (status != LIMEN_OK) return status;
  if (events->event.type == YAML_STREAM_END_EVENT)
    return FAIL_HERE(events, error,
                     "there is no definition here; a definition starts with `name:`");
  if ((status = limen_events_next(events, error)) != LIMEN_OK) return status;
  if (events->event.type != YAML_MAPPING_START_EVENT)
    return FAIL_HERE(events, error,
                     "a definition is made of `key: value` lines, such as `name: %s`",
                     keys[0].example);
  if ((status = read_keys(events, out, error)) != LIMEN_OK) return status;
  status = limen_events_next(events, error); /* the end of the document */
  if (status == LIMEN_OK) status = limen_events_next(events, error);
  if (status == LIMEN_OK && events->event.type != YAML_STREAM_END_EVENT)
    status = FAIL_HERE(events, error,
                       "a second document starts here; a file holds one definition, without `---` "
                       "between its lines");
  return status;
}

int limen_definition_parse(const char *path, const char *text, size_t length,
                           struct limen_definition *out, struct limen_error *error) {
  int status;
  struct limen_error unused;
  struct limen_events events = {0};
  if (!error) error = &unused;
  *out = (struct limen_definition){0};
  if (length > LIMEN_DEFINITION_MOST) {
    status = LIMEN_FAIL(error, LIMEN_USAGE,
                        "%s:1:1: %zu bytes are more than a definition may have (%d); data belongs "
                        "in files of its own",
                        path, length, LIMEN_DEFINITION_MOST);
    goto done;
  }
  if (!(out->path = limen_copy_text(path, error)) ||
      !(out->text = limen_alloc(length + 1, 1, error))) {
    status = LIMEN_FAILED;
    goto done;
  }
  if (length > 0) memcpy(out->text, text, length);
  if ((status = limen_events_init(&events, out->path, out->text, length, error)) == LIMEN_OK)
    status = read_document(&events, out, error);
done:
  limen_events_clear(&events);
  if (status != LIMEN_OK) limen_definition_clear(out);
  return status;
}

int limen_definition_read(const char *path, struct limen_definition *out,
                          struct limen_error *error) {
  char *text = NULL;
  size_t length = 0;
  struct stat about;
  *out = (struct limen_definition){0};
  /* A file that is too large is the definition's fault, not the disk's, so it is looked at here. */
  if (stat(path, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > LIMEN_DEFINITION_MOST)
    return limen_definition_parse(path, "", (size_t)about.st_size, out, error);
  int status = limen_file_read(path, LIMEN_DEFINITION_MOST, &text, &length, error);
  if (status == LIMEN_OK) status = limen_definition_parse(path, text, length, out, error);
  limen_free(text);
  return status;
}

void limen_definition_clear(struct limen_definition *definition) {
  limen_free(definition->path);
  limen_free(definition->text);
  limen_free(definition->name);
  limen_free(definition->kind);
  limen_free(definition->question);
  limen_free(definition->baseline);
  limen_entries_clear(&definition->params);
  limen_entries_clear(&definition->smoke);
  limen_entries_clear(&definition->full);
  *definition = (struct limen_definition){0};
}
