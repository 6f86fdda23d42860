/* Work in a child process: whatever the child does, the parent gets an answer. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
// cmocka.h needs those above it.
#include <cmocka.h>

#include "base/sanitizer.h"
#include "base/threads.h"
#include "data/child.h"

enum act { ANSWER, REFUSE, ABORT, FAULT, LEAVE, SLEEP, LOOP, BEAT, EAT, STRANGE };

struct reply {
  int number;
};

static int touched;
static volatile unsigned long spun;

static void rest_ms(long ms) {
  nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

static int work(void *context, void *reply, struct limen_error *error) {
  touched = 1;
  printf("this is seen by nobody\n");
  switch (*(const enum act *)context) {
    case ANSWER:
      break;
    case REFUSE:
      return LIMEN_FAIL(error, LIMEN_INPUT, "row %d is bad", 17);
    case ABORT:
      abort();
    case FAULT:
      raise(SIGSEGV);
      break;
    case LEAVE:
      _exit(0);
    case SLEEP:
      for (;;) pause();
    case LOOP:
      for (;;) spun++;
    case BEAT:
      for (int i = 0; i < 26; i++) rest_ms(100), limen_child_alive(60);
      break;
    case EAT: {
      volatile char *block = malloc((size_t)1 << 32);
      if (!block) return LIMEN_FAIL(error, LIMEN_FAILED, "no memory");
      block[0] = 1;
      break;
    }
    case STRANGE:
      return 77777;
  }
  ((struct reply *)reply)->number = 83;
  return LIMEN_OK;
}

static int run(enum act act, double busy_s, double patience_s, struct reply *reply,
               struct limen_error *error) {
  const struct limen_child child = {.work = work,
                                    .context = &act,
                                    .reply_size = sizeof *reply,
                                    .memory_most = (size_t)1 << 28,
                                    .busy_s = busy_s,
                                    .patience_s = patience_s,
                                    .who = "the worker",
                                    .blame = "the file is damaged",
                                    .crash_status = LIMEN_INPUT};
  *error = (struct limen_error){0};
  *reply = (struct reply){.number = 5};
  return limen_child_run(&child, reply, error);
}

static void expect(enum act act, int status, int number, const char *words) {
  struct reply reply;
  struct limen_error error;
  assert_int_equal(run(act, 60, 60, &reply, &error), status);
  assert_string_equal(error.text, words);
  assert_int_equal(reply.number, number);
  assert_int_equal(touched, 0); /* the child's memory is its own */
}

static void test_answers(void **state) {
  (void)state;
  expect(ANSWER, LIMEN_OK, 83, "");
  expect(REFUSE, LIMEN_INPUT, 5, "row 17 is bad");
  expect(STRANGE, LIMEN_INPUT, 5, "");
}

static void test_crashes(void **state) {
  (void)state;
  expect(ABORT, LIMEN_INPUT, 5, "the worker crashed on it: the file is damaged");
  expect(FAULT, LIMEN_INPUT, 5, "the worker crashed on it: the file is damaged");
  expect(LEAVE, LIMEN_INPUT, 5, "the worker crashed on it: the file is damaged");
}

static void test_silence(void **state) {
  (void)state;
  struct reply reply;
  struct limen_error error;
  assert_int_equal(run(SLEEP, 60, 0.25, &reply, &error), LIMEN_INPUT);
  assert_string_equal(error.text, "the worker found no end in 0.25 s with it: the file is damaged");
  assert_int_equal(run(LOOP, 0.125, 60, &reply, &error), LIMEN_INPUT);
  assert_string_equal(error.text,
                      "the worker found no end in 0.125 s with it: the file is damaged");
}

/* Signs of life, each well within the patience, which all of them together outlast. */
static void test_signs_of_life(void **state) {
  (void)state;
  struct reply reply;
  struct limen_error error;
  assert_int_equal(run(BEAT, 60, 2, &reply, &error), LIMEN_OK);
  assert_int_equal(reply.number, 83);
}

static void test_interruption(void **state) {
  (void)state;
  struct reply reply;
  struct limen_error error;
  limen_interrupt_set(true);
  int status = run(SLEEP, 60, 60, &reply, &error);
  limen_interrupt_set(false);
  assert_int_equal(status, LIMEN_INTERRUPTED);
  assert_string_equal(error.text, "interrupted");
}

static void test_memory_is_bounded(void **state) {
  (void)state;
#ifdef LIMEN_ADDRESS_SANITIZER
  skip(); /* the sanitizer needs the address space itself */
#endif
  expect(EAT, LIMEN_FAILED, 5, "no memory");
}

static void test_nobody_is_left(void **state) {
  (void)state;
  assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void test_many_at_once(void **state) {
  (void)state;
  int wrong = 0;
#pragma omp parallel for num_threads(4) reduction(+ : wrong) schedule(static, 1)
  for (int i = 0; i < 40; i++) {
    struct reply reply;
    struct limen_error error;
    int status = run(i % 4 == 1 ? ABORT : ANSWER, 60, 60, &reply, &error);
    wrong += status != (i % 4 == 1 ? LIMEN_INPUT : LIMEN_OK);
  }
  assert_int_equal(wrong, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_answers),      cmocka_unit_test(test_crashes),
      cmocka_unit_test(test_silence),      cmocka_unit_test(test_signs_of_life),
      cmocka_unit_test(test_interruption), cmocka_unit_test(test_memory_is_bounded),
      cmocka_unit_test(test_many_at_once), cmocka_unit_test(test_nobody_is_left),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
