/*
 * A training step of a network, written by hand for its sizes: what a compiler of programs can hope for.
 * All matrices are rows of whole vectors, padded by zeros; weights lie as [input][output], so that forward,
 * backward and update are one product whose tile of results stays in registers. SGD updates weights by that
 * product, without a gradient in memory.
 *
 * -D SIZES=2,16,16,1 BATCH=100 LANES=16 and TANH, ADAM, MARGIN where that is so.
 */
#define COUNT(list) (sizeof(list) / sizeof(*(list)))
#define INLINE static inline __attribute__((always_inline))
#ifdef __clang__
#define UNROLLED _Pragma("clang loop unroll(full)")
#else
#define UNROLLED _Pragma("GCC unroll 8")
#endif

static const int sizes[] = {SIZES};
enum { layers = COUNT(sizes) - 1, widest = 784, most = 1 << 16 };
typedef float vector __attribute__((vector_size(4 * LANES), aligned(4)));

/* What is given: weight [output][input] and bias of each layer; a row for each example; labels. */
float parameters[most], inputs[BATCH * widest], labels[BATCH];

static float weights[layers][most], biases[layers][128];
static float values[layers + 1][BATCH * 128], slopes[layers + 1][BATCH * 128], turned[128 * 128];
static float gradients[most], first[2 * layers][most], second[2 * layers][most];

INLINE int padded(int n) { return (n + LANES - 1) / LANES * LANES; }

/* keep · c + scale · a b at rows × columns vectors; a has strides of its own. */
INLINE void tile(int rows, int columns, int depth, const float *a, int row, int step, const float *b, int wide, float *c,
                 float keep, float scale) {
  vector sum[8][4] = {0};
  for (int k = 0; k < depth; k++)
    UNROLLED for (int i = 0; i < rows; i++)
      UNROLLED for (int j = 0; j < columns; j++)
        sum[i][j] += a[i * row + k * step] * *(const vector *)(b + k * wide + j * LANES);
  UNROLLED for (int i = 0; i < rows; i++)
    UNROLLED for (int j = 0; j < columns; j++) {
      vector *to = (vector *)(c + i * wide + j * LANES);
      *to = keep == 0 ? scale * sum[i][j] : keep * *to + scale * sum[i][j];
    }
}

INLINE void band(int rows, int columns, int count, int depth, const float *a, int row, int step, const float *b, int wide,
                 float *c, float keep, float scale) {
  int i = 0;
  for (; i + rows <= count; i += rows) tile(rows, columns, depth, a + i * row, row, step, b, wide, c + i * wide, keep, scale);
  for (; i < count; i++) tile(1, columns, depth, a + i * row, row, step, b, wide, c + i * wide, keep, scale);
}

/* c [count][wide] = keep · c + scale · a [count][depth] · b [depth][wide] */
static void product(int count, int depth, const float *a, int row, int step, const float *b, int wide, float *c, float keep,
                    float scale) {
  int j = 0;
  for (; j + ACROSS * LANES <= wide; j += ACROSS * LANES)
    band(4, ACROSS, count, depth, a, row, step, b + j, wide, c + j, keep, scale);
  for (; j < wide; j += LANES) band(8, 1, count, depth, a, row, step, b + j, wide, c + j, keep, scale);
}

INLINE float bits(int x) {
  float y;
  __builtin_memcpy(&y, &x, 4);
  return y;
}

INLINE float exponential(float x) {
  x = x < -87 ? -87 : x > 88 ? 88 : x;
  float k = __builtin_rintf(x * 1.44269504f), r = x - k * 0.693359375f + k * 2.12194440e-4f;
  float p = 1 + r * (1 + r * (0.5f + r * (0.16666668f + r * (0.041666456f + r * (0.0083333100f + r * 0.0013934541f)))));
  return p * bits(((int)k + 127) << 23);
}

INLINE float logarithm(float x) {
  int i;
  __builtin_memcpy(&i, &x, 4);
  int k = (i - 0x3f3504f3) >> 23;
  float f = bits(i - (k << 23)) - 1, s = f / (2 + f), z = s * s;
  return k * 0.69314718f + 2 * s * (1 + z * (0.33333333f + z * (0.2f + z * (0.142857f + z * 0.111111f))));
}

static void activate(float *x, int count) {
  for (int i = 0; i < count; i++)
#ifdef TANH
    x[i] = 1 - 2 / (exponential(2 * x[i]) + 1);
#else
    x[i] = x[i] > 0 ? x[i] : 0;
#endif
}

static void deactivate(float *slope, const float *y, int count) {
  for (int i = 0; i < count; i++)
#ifdef TANH
    slope[i] *= 1 - y[i] * y[i];
#else
    slope[i] = y[i] > 0 ? slope[i] : 0;
#endif
}

/* The sum of the losses; `slope` gets the derivatives of their mean. */
static float loss(const float *z, float *slope, int count, int wide) {
  float total = 0;
#ifdef MARGIN
  for (int e = 0; e < BATCH; e++) {
    float margin = 1 - labels[e] * z[e * wide];
    total += margin > 0 ? margin : 0;
    slope[e * wide] = margin > 0 ? -labels[e] / BATCH : 0;
  }
#else
  float sums[BATCH];
  for (int e = 0; e < BATCH; e++) {
    float top = z[e * wide];
    for (int j = 1; j < count; j++) top = z[e * wide + j] > top ? z[e * wide + j] : top;
    for (int j = 0; j < wide; j++) slope[e * wide + j] = z[e * wide + j] - top;
    total -= slope[e * wide + (int)labels[e]];
  }
  for (int i = 0; i < BATCH * wide; i++) slope[i] = exponential(slope[i]);
  for (int e = 0; e < BATCH; e++) {
    sums[e] = 0;
    for (int j = 0; j < count; j++) sums[e] += slope[e * wide + j];
    for (int j = 0; j < wide; j++) slope[e * wide + j] = j < count ? slope[e * wide + j] / (sums[e] * BATCH) : 0;
    slope[e * wide + (int)labels[e]] -= 1.0f / BATCH;
  }
  for (int e = 0; e < BATCH; e++) total += logarithm(sums[e]);
#endif
  return total;
}

INLINE float power(float base, int exponent) {
  float y = 1;
  for (; exponent > 0; exponent >>= 1, base *= base) y *= exponent & 1 ? base : 1;
  return y;
}

static void adam(float *p, int count, int slot, float rate, int number) {
  const float scale = rate / (1 - power(0.9f, number)), root = 1 / (1 - power(0.999f, number));
  float *restrict m = first[slot], *restrict v = second[slot];
  for (int i = 0; i < count; i++) {
    float g = gradients[i];
    m[i] = 0.9f * m[i] + 0.1f * g;
    v[i] = 0.999f * v[i] + 0.001f * g * g;
    p[i] -= scale * m[i] / (__builtin_sqrtf(v[i] * root) + 1e-8f);
  }
}

/* p moves along Σ a · slope: rows of them, of `wide` numbers each. */
INLINE void update(float *p, int rows, const float *a, int row, int step, const float *slope, int wide, int slot, float rate,
                   int number) {
#ifdef ADAM
  product(rows, BATCH, a, row, step, slope, wide, gradients, 0, 1);
  adam(p, rows * wide, slot, rate, number);
#else
  product(rows, BATCH, a, row, step, slope, wide, p, 1 - 2 * DECAY * rate, -rate);
#endif
}

static float squares(const float *x, int count) {
  vector sum = {0};
  for (int i = 0; i < count; i += LANES) sum += *(const vector *)(x + i) * *(const vector *)(x + i);
  float total = 0;
  for (int i = 0; i < LANES; i++) total += sum[i];
  return total;
}

/* Takes the parameters over. */
void start(void) {
  const float *p = parameters;
  for (int l = 0; l < layers; l++)
    for (int o = 0; o < sizes[l + 1]; o++) {
      for (int i = 0; i < sizes[l]; i++) weights[l][i * padded(sizes[l + 1]) + o] = *p++;
      biases[l][o] = *p++;
    }
}

/* The mean loss before the step. */
float step(float rate, int number) {
  static const float one = 1;
  float decay = 0;
  for (int l = 0; l < layers; l++) {
    const int in = sizes[l], wide = padded(sizes[l + 1]);
    const float *x = l == 0 ? inputs : values[l];
    for (int e = 0; e < BATCH; e++)
      for (int o = 0; o < wide; o++) values[l + 1][e * wide + o] = biases[l][o];
    product(BATCH, in, x, l == 0 ? in : padded(in), 1, weights[l], wide, values[l + 1], 1, 1);
    if (l + 1 < layers) activate(values[l + 1], BATCH * wide);
    if (DECAY != 0) decay += squares(weights[l], in * wide) + squares(biases[l], wide);
  }
  const float total = loss(values[layers], slopes[layers], sizes[layers], padded(sizes[layers]));
  for (int l = layers - 1; l >= 0; l--) {
    const int in = sizes[l], out = sizes[l + 1], wide = padded(out), high = l == 0 ? in : padded(in);
    if (l > 0) {
      for (int o = 0; o < out; o++)
        for (int i = 0; i < in; i++) turned[o * high + i] = weights[l][i * wide + o];
      product(BATCH, out, slopes[l + 1], wide, 1, turned, high, slopes[l], 0, 1);
      deactivate(slopes[l], values[l], BATCH * high);
    }
    update(weights[l], in, l == 0 ? inputs : values[l], 1, high, slopes[l + 1], wide, 2 * l, rate, number);
    update(biases[l], 1, &one, 0, 0, slopes[l + 1], wide, 2 * l + 1, rate, number);
  }
  return total / BATCH + DECAY * decay;
}
