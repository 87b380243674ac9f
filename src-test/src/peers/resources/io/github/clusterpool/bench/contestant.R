# A contestant of the benchmark in R: the package parallel. Understands the lines of ContestantMain.

library(parallel)

add_one <- function(x) x + 1L

work <- function(w) {
  if (w$kind == "sleep") {
    Sys.sleep(w$amount / 1e3)
  } else if (w$kind == "spin") {
    spent <- function() sum(proc.time()[1:2])
    end <- spent() + w$amount / 1e3
    while (spent() < end) {}
  } else if (w$kind == "download") {
    body <- url(paste0("http://127.0.0.1:", w$amount, "/"), "rb")
    stopifnot(length(readBin(body, "raw", 10000)) == 4096)
    close(body)
  }
  w$amount
}

nothing <- list(kind = "nothing", amount = 0L)
environment(add_one) <- globalenv()

nanos <- function(task) {
  begin <- Sys.time()
  force(task)
  as.numeric(Sys.time() - begin, units = "secs") * 1e9
}

obey <- function(words) {
  what <- words[1]
  n <- if (length(words) > 1) as.integer(words[2]) else 0L
  switch(what,
    open = {
      begin <- Sys.time()
      cluster <<- makeCluster(n)
      clusterApply(cluster[1], list(nothing), work)
      first <- as.numeric(Sys.time() - begin, units = "secs") * 1e9
      clusterCall(cluster, function() 0L)
      c(first, as.numeric(Sys.time() - begin, units = "secs") * 1e9)
    },
    hello = numeric(),
    init = numeric(),
    pids = unlist(clusterCall(cluster, Sys.getpid)),
    map = {
      xs <- as.list(seq_len(n) - 1L)
      begin <- Sys.time()
      for (i in seq_len(as.integer(words[3]))) {
        results <- parLapply(cluster, xs, add_one)
        stopifnot(length(results) == n, results[[n]] == n)
      }
      as.numeric(Sys.time() - begin, units = "secs") * 1e9
    },
    singles = nanos(clusterApply(cluster, rep(list(nothing), n), work)),
    single = vapply(seq_len(n), function(i) nanos(clusterApply(cluster[1], list(nothing), work)), 0),
    all = vapply(seq_len(n), function(i) nanos(clusterCall(cluster, function() 0L)), 0),
    export = {
      bytes <<- as.raw(sample.int(256L, n, replace = TRUE) - 1L)
      nanos(clusterExport(cluster, "bytes", envir = globalenv()))
    },
    use = {
      bytes <<- as.raw(sample.int(256L, n, replace = TRUE) - 1L)
      nanos({
        clusterExport(cluster, "bytes", envir = globalenv())
        clusterCall(cluster, function() length(bytes))
      })
    },
    close = nanos(stopCluster(cluster)),
    {
      amount <- as.integer(words[3])
      works <- lapply(seq_len(n), function(i) {
        list(kind = what, amount = if (words[4] == "skewed") (amount * 2L * (i - 1L)) %/% n else amount)
      })
      nanos(clusterApplyLB(cluster, works, work))
    }
  )
}

input <- file("stdin", "r")
repeat {
  line <- readLines(input, 1)
  if (length(line) == 0) break
  answer <- tryCatch(
    paste(format(obey(strsplit(line, " ")[[1]]), scientific = FALSE, trim = TRUE, digits = 15), collapse = " "),
    error = function(e) paste("error", gsub("\n", " ", conditionMessage(e)))
  )
  cat(answer, "\n", sep = "")
}
