#include "base/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

enum { BAR_WIDTH = 28 };
static const double TERMINAL_EVERY_S = 0.1, PLAIN_EVERY_S = 10;

void limen_progress_init(struct limen_progress *progress, bool quiet) {
  *progress = (struct limen_progress){
      .quiet = quiet, .terminal = isatty(STDERR_FILENO) == 1, .start_s = limen_clock_s()};
  progress->last_s = progress->start_s;
  progress->cost_before = -1;
}

static void clear_line(const struct limen_progress *progress) {
  if (progress->terminal) fputs("\r\033[K", stderr);
}

void limen_progress_show(struct limen_progress *progress, size_t done, size_t total,
                         double cost_done, double cost_total, const char *current) {
  if (progress->quiet) return;
  if (progress->cost_before < 0) progress->cost_before = cost_done;
  double now = limen_clock_s();
  if (now - progress->last_s < (progress->terminal ? TERMINAL_EVERY_S : PLAIN_EVERY_S)) return;
  progress->last_s = now;

  char left[48] = "", words[32];
  double here = cost_done - progress->cost_before;
  if (here > 0 && cost_total > cost_done)
    snprintf(left, sizeof left, ", about %s left",
             limen_clock_words((now - progress->start_s) * (cost_total - cost_done) / here, words));
  if (progress->terminal) {
    char bar[BAR_WIDTH + 1];
    double share = cost_total > 0 ? cost_done / cost_total : 0;
    int filled = (int)(share * BAR_WIDTH);
    for (int i = 0; i < BAR_WIDTH; i++) bar[i] = i < filled ? '#' : '.';
    bar[BAR_WIDTH] = '\0';
    clear_line(progress);
    fprintf(stderr, "[%s] %zu of %zu cells%s  %.48s", bar, done, total, left, current);
    fflush(stderr);
  } else {
    fprintf(stderr, "%zu of %zu cells%s (now: %s)\n", done, total, left, current);
  }
}

void limen_progress_end(struct limen_progress *progress, const char *words) {
  if (progress->quiet) return;
  clear_line(progress);
  if (words && *words) fprintf(stderr, "%s\n", words);
}

void limen_progress_say(struct limen_progress *progress, const char *format, ...) {
  if (progress->quiet) return;
  clear_line(progress);
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
}
