package io.github.clusterpool.wire;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Date;

/** java.time, as its own numbers. */
final class Times {
    private Times() {}

    @SuppressWarnings("JavaUtilDate") // a Date that was sent must come back as one
    static void register(Builtins.Table table) {
        table.add(11, Instant.class, (v, out) -> out.row(v.getEpochSecond(), v.getNano()), in -> {
            in.open();
            return in.closing(Instant.ofEpochSecond(in.nextLong(), in.nextInt()));
        });
        table.add(40, Duration.class, (v, out) -> out.row(v.getSeconds(), v.getNano()), in -> {
            in.open();
            return in.closing(Duration.ofSeconds(in.nextLong(), in.nextInt()));
        });
        table.add(41, Period.class, (v, out) -> out.row(v.getYears(), v.getMonths(), v.getDays()), in -> {
            in.open();
            return in.closing(Period.of(in.nextInt(), in.nextInt(), in.nextInt()));
        });
        table.add(14, LocalDate.class, (v, out) -> out.number(v.toEpochDay()), in -> LocalDate.ofEpochDay(in.asLong()));
        table.add(
                42, LocalTime.class, (v, out) -> out.number(v.toNanoOfDay()), in -> LocalTime.ofNanoOfDay(in.asLong()));
        table.add(43, LocalDateTime.class, Times::writeDateTime, in -> {
            in.open();
            return in.closing(nextDateTime(in));
        });
        table.add(44, Year.class, (v, out) -> out.number(v.getValue()), in -> Year.of(in.asInt()));
        table.add(45, YearMonth.class, (v, out) -> out.row(v.getYear(), v.getMonthValue()), in -> {
            in.open();
            return in.closing(YearMonth.of(in.nextInt(), in.nextInt()));
        });
        table.add(46, MonthDay.class, (v, out) -> out.row(v.getMonthValue(), v.getDayOfMonth()), in -> {
            in.open();
            return in.closing(MonthDay.of(in.nextInt(), in.nextInt()));
        });
        table.add(52, Date.class, (v, out) -> out.number(v.getTime()), in -> new Date(in.asLong()));
        registerZoned(table);
    }

    private static void registerZoned(Builtins.Table table) {
        table.add(47, ZoneOffset.class, (v, out) -> out.number(v.getTotalSeconds()), in -> offset(in.asInt()));
        table.addLike(48, (v, out) -> out.text(v.getId()), in -> ZoneId.of(in.asText()), ZoneId.of("Europe/Berlin"));
        table.add(
                49,
                OffsetDateTime.class,
                (v, out) -> out.row(
                        v.toLocalDate().toEpochDay(),
                        v.toLocalTime().toNanoOfDay(),
                        v.getOffset().getTotalSeconds()),
                in -> {
                    in.open();
                    return in.closing(OffsetDateTime.of(nextDateTime(in), offset(in.nextInt())));
                });
        table.add(
                50,
                OffsetTime.class,
                (v, out) -> out.row(v.toLocalTime().toNanoOfDay(), v.getOffset().getTotalSeconds()),
                in -> {
                    in.open();
                    return in.closing(OffsetTime.of(LocalTime.ofNanoOfDay(in.nextLong()), offset(in.nextInt())));
                });
        table.add(51, ZonedDateTime.class, Times::writeZoned, Times::readZoned);
    }

    private static void writeDateTime(LocalDateTime value, ValueWriter out) throws IOException {
        out.row(value.toLocalDate().toEpochDay(), value.toLocalTime().toNanoOfDay());
    }

    private static LocalDateTime nextDateTime(ValueReader in) throws IOException {
        return LocalDateTime.of(LocalDate.ofEpochDay(in.nextLong()), LocalTime.ofNanoOfDay(in.nextLong()));
    }

    private static void writeZoned(ZonedDateTime value, ValueWriter out) throws IOException {
        out.begin(4);
        out.number(value.toLocalDate().toEpochDay());
        out.number(value.toLocalTime().toNanoOfDay());
        out.number(value.getOffset().getTotalSeconds());
        if (value.getZone() instanceof ZoneOffset zone) {
            out.number(zone.getTotalSeconds());
        } else {
            out.text(value.getZone().getId());
        }
        out.end();
    }

    /** Strict: where the two sides' time zone data differ, this fails rather than shift the time. */
    private static ZonedDateTime readZoned(ValueReader in) throws IOException {
        in.open();
        LocalDateTime local = nextDateTime(in);
        ZoneOffset offset = offset(in.nextInt());
        ZoneId zone = in.next().isNumeric() ? offset(in.asInt()) : ZoneId.of(in.asText());
        return in.closing(ZonedDateTime.ofStrict(local, offset, zone));
    }

    private static ZoneOffset offset(int seconds) {
        return ZoneOffset.ofTotalSeconds(seconds);
    }
}
