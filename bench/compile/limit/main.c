/* network check|time < numbers: the losses of the first steps, or the time of one, as JSON (see child.js). */
#include "network.c"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static float rates[100];
static int number = 0;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static float next(void) {
  const int k = number++;
  return step(rates[k % 100], number);
}

/* Microseconds of a step. */
static double run(int steps) {
  const double begun = now();
  for (int i = 0; i < steps; i++) next();
  return (now() - begun) / steps;
}

static int ascending(const void *a, const void *b) {
  return *(const double *)a < *(const double *)b ? -1 : 1;
}

int main(int count, char **words) {
  int parametersGiven = 0;
  for (int l = 0; l < layers; l++) parametersGiven += (sizes[l] + 1) * sizes[l + 1];
  const struct { float *to; int count; } parts[] = {
      {parameters, parametersGiven}, {inputs, BATCH * sizes[0]}, {labels, BATCH}, {rates, 100}};
  for (int i = 0; i < 4; i++)
    if (fread(parts[i].to, 4, parts[i].count, stdin) != (size_t)parts[i].count) return 1;
  start();
  if (count > 1 && words[1][0] == 'c') {
    printf("{\"results\":[");
    for (int k = 0; k < 5; k++) printf("%s%.9g", k > 0 ? "," : "", next());
    printf("]}\n");
    return 0;
  }
  double each = 0, times[25];
  for (const double end = now() + 5e5; now() < end;) each = run(10);
  for (int i = 0; i < 25; i++) times[i] = run(1 + (int)(2e4 / each));
  qsort(times, 25, sizeof *times, ascending);
  printf("{\"microseconds\":%g}\n", times[12]);
}
