/* Help everywhere, with an example; lists and descriptions of what there is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/build_info.h"
#include "base/error.h"
#include "cli/command.h"
#include "cli/session.h"
#include "cli/things.h"
#include "datasets/datasets.h"
#include "datasets/text_datasets.h"
#include "experiments/kinds/kinds.h"
#include "support/folder.h"
#include "support/program.h"

static const struct program_setup home = {.folder = LIMEN_SOURCE_DIR};

static void every_command_has_help_with_an_example(void **state) {
  (void)state;
  size_t count = 0;
  for (; limen_command_at(count); count++) {
    const struct limen_command *command = limen_command_at(count);
    char usage[64], example[64];
    snprintf(usage, sizeof usage, "usage: limen %s", command->name);
    snprintf(example, sizeof example, "limen %s", command->name);
    struct program_result help = program_run(NULL, WORDS(command->name, "--help"));
    assert_int_equal(help.status, LIMEN_OK);
    assert_string_equal(help.err, "");
    expect_word(help.out, usage);
    const char *last = strstr(help.out, "xample:\n");
    if (!last) fail_msg("limen %s --help shows no example", command->name);
    expect_word(last, example);
    for (const char *at = help.out; *at;) { /* fits a terminal of 100 columns */
      size_t length = strcspn(at, "\n");
      if (length > 100) fail_msg("limen %s --help: a line of %zu bytes", command->name, length);
      at += length + (at[length] == '\n');
    }
    expect_output(NULL, WORDS(command->name, "-h"), WORDS(help.out));
    /* Help is asked for among other words too, which are not looked at. */
    expect_output(NULL, WORDS(command->name, "--nonsense", "--help"), WORDS(help.out));
    expect_output(NULL, WORDS("--help"), WORDS(command->name, command->about));
    program_result_clear(&help);
  }
  assert_true(count >= 8);
}

static void the_program_itself(void **state) {
  (void)state;
  expect_output(NULL, WORDS("--help"),
                WORDS("usage: limen COMMAND", "limen COMMAND --help", "limen run limit_k2"));
  expect_output(NULL, WORDS("-h"), WORDS("usage: limen COMMAND"));
  expect_output(NULL, WORDS("help"), WORDS("usage: limen COMMAND"));
  expect_output(NULL, WORDS("--version"), WORDS("limen ", limen_version));
}

/* The usage of `limen list` names every kind of thing, and what an experiment can be told to use is
 * described with the words that do it. */
static void kinds_of_things_are_named(void **state) {
  (void)state;
  static const struct {
    const char *plural, *key;
  } used[] = {{"losses", "loss"},
              {"patterns", "pattern"},
              {"engines", "engine"},
              {"representations", "representation"},
              {"arithmetics", "format"}};
  for (size_t t = 0; limen_things_at(t); t++) {
    const struct limen_things *things = limen_things_at(t);
    char word[128];
    snprintf(word, sizeof word, "%s", things->plural);
    expect_output(NULL, WORDS("list", "--help"), WORDS(word));
    for (size_t u = 0; u < sizeof used / sizeof *used; u++) {
      if (strcmp(used[u].plural, things->plural) != 0) continue;
      for (size_t i = 0; things->name(i); i++) {
        snprintf(word, sizeof word, " --set %s=%s", used[u].key, things->name(i));
        expect_output(&home, WORDS("describe", things->name(i)), WORDS(word));
      }
    }
  }
}

/* Everything that a definition may name is listed, and described with an example. */
static void everything_is_listed_and_described(void **state) {
  (void)state;
  struct program_result list = program_run(&home, WORDS("list"));
  assert_int_equal(list.status, LIMEN_OK);
  for (size_t t = 0; limen_things_at(t); t++) {
    const struct limen_things *things = limen_things_at(t);
    char word[32];
    snprintf(word, sizeof word, "%s:\n", things->plural);
    expect_word(list.out, word);
    for (size_t i = 0; things->name(i); i++) {
      expect_word(list.out, things->name(i));
      expect_word(list.out, things->about(i));
      expect_output(&home, WORDS("describe", things->name(i)),
                    WORDS(things->singular, things->about(i), "example:\n  limen"));
    }
  }
  for (size_t i = 0; limen_kinds[i]; i++) {
    const struct limen_kind *kind = limen_kinds[i];
    expect_word(list.out, kind->about);
    struct program_result words = program_run(&home, WORDS("describe", kind->name));
    assert_int_equal(words.status, LIMEN_OK);
    expect_word(words.out, "example:\n  limen run");
    for (size_t j = 0; kind->parameters[j].name; j++)
      if (kind->parameters[j].role != LIMEN_COORDINATE)
        expect_word(words.out, kind->parameters[j].about);
    for (size_t j = 0; kind->measures[j].name; j++) expect_word(words.out, kind->measures[j].about);
    program_result_clear(&words);
  }
  expect_output(&home, WORDS("describe", "limit_k2"),
                WORDS("experiment limit_k2", "question:", "limen run limit_k2"));
  program_result_clear(&list);
}

int main(void) {
  limen_cli_kinds = limen_kinds;
  limen_cli_importers = limen_importers;
  limen_cli_datasets = limen_datasets;
  limen_cli_text_datasets = limen_text_datasets;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_command_has_help_with_an_example),
      cmocka_unit_test(the_program_itself),
      cmocka_unit_test(everything_is_listed_and_described),
      cmocka_unit_test(kinds_of_things_are_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
