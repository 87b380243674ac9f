package io.github.clusterpool;

/** In which order a stream gives its results. */
enum StreamOrder {
    OF_ELEMENTS,
    AS_THEY_FINISH
}
