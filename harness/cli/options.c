#include "cli/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/threads.h"
#include "definition/definition.h"

void limen_texts_clear(struct limen_texts *texts) {
  limen_free((void *)texts->text);
  *texts = (struct limen_texts){0};
}

static int add(struct limen_texts *texts, const char *text, struct limen_error *error) {
  int status =
      limen_grow(&texts->text, &texts->capacity, texts->count + 1, sizeof *texts->text, error);
  if (status == LIMEN_OK) texts->text[texts->count++] = text;
  return status;
}

static int unknown(const char *command, const char *word, const struct limen_option *options,
                   struct limen_error *error) {
  struct limen_text valid = {0};
  for (size_t i = 0; options[i].name; i++)
    limen_text_print(&valid, "%s%s", i ? ", " : "", options[i].name);
  limen_text_add(&valid, valid.length ? ", --help" : "--help");
  int status = LIMEN_FAIL(error, LIMEN_USAGE, "limen %s: unknown option %.60s; valid ones are %s",
                          command, word, limen_text_string(&valid));
  limen_text_clear(&valid);
  return status;
}

static const struct limen_option *find(const struct limen_option *options, const char *word) {
  size_t length = strcspn(word, "=");
  for (size_t i = 0; options[i].name; i++)
    if (strlen(options[i].name) == length && strncmp(options[i].name, word, length) == 0)
      return &options[i];
  return NULL;
}

/* Handles the option at arguments[*at]; moves *at past a value that stands apart. */
static int take(int count, char **arguments, int *at, const struct limen_option *options,
                struct limen_error *error) {
  const char *word = arguments[*at], *value = strchr(word, '=');
  const struct limen_option *option = find(options, word);
  if (!option) return unknown(arguments[0], word, options, error);
  if (option->type == LIMEN_OPTION_FLAG) {
    if (value)
      return LIMEN_FAIL(error, LIMEN_USAGE, "limen %s: %s takes no value", arguments[0],
                        option->name);
    *(bool *)option->target = true;
    return LIMEN_OK;
  }
  if (value) {
    value++;
  } else {
    /* "--out --fresh" forgot the folder; who has a folder of that name writes --out=--fresh. */
    if (*at + 1 >= count || find(options, arguments[*at + 1]))
      return LIMEN_FAIL(error, LIMEN_USAGE, "limen %s: %s needs a value; see `limen %s --help`",
                        arguments[0], option->name, arguments[0]);
    value = arguments[++*at];
  }
  /* An unset variable of a script, as in --out "$DIR", must not become the root folder. */
  if (*value == '\0')
    return LIMEN_FAIL(error, LIMEN_USAGE, "limen %s: %s needs a value, and its value is empty",
                      arguments[0], option->name);
  if (option->type == LIMEN_OPTION_TEXTS) return add(option->target, value, error);
  *(const char **)option->target = value;
  return LIMEN_OK;
}

int limen_options_parse(int count, char **arguments, const struct limen_option *options,
                        size_t least, size_t most, struct limen_texts *words,
                        struct limen_error *error) {
  int status = LIMEN_OK;
  bool only_words = false;
  for (int i = 1; i < count && status == LIMEN_OK; i++) {
    const char *word = arguments[i];
    if (*word == '\0')
      status = LIMEN_FAIL(error, LIMEN_USAGE,
                          "limen %s: an empty word is no name; see `limen %s "
                          "--help`",
                          arguments[0], arguments[0]);
    else if (only_words || word[0] != '-' || word[1] == '\0')
      status = add(words, word, error);
    else if (strcmp(word, "--") == 0)
      only_words = true;
    else
      status = take(count, arguments, &i, options, error);
  }
  if (status == LIMEN_OK && (words->count < least || words->count > most))
    status = words->count < least
                 ? LIMEN_FAIL(error, LIMEN_USAGE,
                              "limen %s: something is missing after it; see `limen %s --help`",
                              arguments[0], arguments[0])
                 : LIMEN_FAIL(error, LIMEN_USAGE,
                              "limen %s: %.60s is one word too many; see `limen %s --help`",
                              arguments[0], words->text[most], arguments[0]);
  return status;
}

int limen_option_integer(const char *option, const char *text, long min, long max, long *out,
                         struct limen_error *error) {
  char *end;
  errno = 0;
  long value = strtol(text, &end, 10);
  if (errno != 0 || *text == '\0' || *end != '\0' || value < min || value > max)
    return LIMEN_FAIL(error, LIMEN_USAGE, "%s %.40s: a whole number from %ld to %ld is needed",
                      option, text, min, max);
  *out = value;
  return LIMEN_OK;
}

int limen_option_threads(const char *text, struct limen_error *error) {
  enum { THREADS_MOST = 4096 };
  long threads = 0;
  int status =
      text ? limen_option_integer("--threads", text, 1, THREADS_MOST, &threads, error) : LIMEN_OK;
  if (status == LIMEN_OK) limen_threads_set((int)threads);
  return status;
}
