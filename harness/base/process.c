#include "base/process.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* The end of what a program says: it names the cause. Leaves room for the rest of a message. */
struct words {
  char text[640];
  size_t used;
};

static void keep_last(struct words *words, const char *piece, size_t count) {
  if (words->used + count > sizeof words->text - 1) {
    size_t drop = words->used + count - (sizeof words->text - 1);
    if (drop > words->used) drop = words->used;
    memmove(words->text, words->text + drop, words->used - drop);
    words->used -= drop;
  }
  memcpy(words->text + words->used, piece, count);
  words->used += count;
}

static void end_words(struct words *words) {
  while (words->used > 0 && isspace((unsigned char)words->text[words->used - 1])) words->used--;
  words->text[words->used] = '\0';
}

/* A program at work. Descriptors are -1 where there is none. */
struct child {
  pid_t id;
  int out, err;
};

static int start(const char *const *arguments, const char *folder, bool listen, struct child *child,
                 struct limen_error *error) {
  int out[2] = {-1, -1}, err[2] = {-1, -1};
  posix_spawn_file_actions_t actions;
  if (pipe2(err, O_CLOEXEC) != 0 || (listen && pipe2(out, O_CLOEXEC) != 0)) {
    int status =
        LIMEN_FAIL(error, LIMEN_FAILED, "cannot start %s: %s", arguments[0], strerror(errno));
    for (int i = 0; i < 2; i++)
      if (err[i] >= 0) close(err[i]);
    return status;
  }
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  if (listen)
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  else
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, err[1], 2);
  if (folder) posix_spawn_file_actions_addchdir_np(&actions, folder);
  int reason =
      posix_spawnp(&child->id, arguments[0], &actions, NULL, (char *const *)arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  close(err[1]);
  if (listen) close(out[1]);
  child->out = out[0];
  child->err = err[0];
  if (reason == 0) return LIMEN_OK;
  close(err[0]);
  if (listen) close(out[0]);
  return LIMEN_FAIL(error, LIMEN_FAILED, "cannot start %s: %s; `limen doctor` says what to install",
                    arguments[0], strerror(reason));
}

/* Both streams at once, since a program waits for whoever does not read; up to the end of both, or
 * of what is taken. false: it says more than that. */
static bool listen_to(const struct child *child, size_t most, struct limen_text *out,
                      struct words *words) {
  struct pollfd streams[2] = {{child->err, POLLIN, 0}, {child->out, POLLIN, 0}};
  char piece[4096];
  while (streams[0].fd >= 0 || streams[1].fd >= 0) {
    if (poll(streams, 2, -1) < 0) continue; /* interrupted: nothing else can fail here */
    for (int i = 0; i < 2; i++) {
      if (streams[i].fd < 0 || streams[i].revents == 0) continue;
      ssize_t got = read(streams[i].fd, piece, i == 0 ? 512 : sizeof piece);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) {
        streams[i].fd = -1; /* poll passes over it */
      } else if (i == 0) {
        keep_last(words, piece, (size_t)got);
      } else {
        if ((size_t)got > most) return false;
        most -= (size_t)got;
        limen_text_add_bytes(out, piece, (size_t)got);
      }
    }
  }
  return true;
}

static int run(const char *const *arguments, const char *folder, size_t most,
               struct limen_text *out, struct limen_error *error) {
  struct child child;
  struct words words = {.used = 0};
  int code = 0, status = start(arguments, folder, out != NULL, &child, error);
  if (status != LIMEN_OK) return status;
  const bool all = listen_to(&child, most, out, &words);
  end_words(&words);
  if (!all) kill(child.id, SIGKILL);
  close(child.err);
  if (out) close(child.out);
  while (waitpid(child.id, &code, 0) < 0 && errno == EINTR) continue;
  if (!all)
    return LIMEN_FAIL(error, LIMEN_FAILED, "%.255s prints more than the %zu bytes that are taken",
                      arguments[0], most);
  if (!WIFEXITED(code) || WEXITSTATUS(code) != 0)
    return LIMEN_FAIL(error, LIMEN_FAILED, "%.255s failed: %s", arguments[0],
                      words.text[0] ? words.text : "it gave no reason");
  return out ? limen_text_status(out, error) : LIMEN_OK;
}

int limen_process_run(const char *const *arguments, const char *folder, struct limen_error *error) {
  return run(arguments, folder, 0, NULL, error);
}

int limen_process_read(const char *const *arguments, const char *folder, size_t most,
                       struct limen_text *out, struct limen_error *error) {
  return run(arguments, folder, most, out, error);
}
