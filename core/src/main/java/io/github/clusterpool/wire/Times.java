package io.github.clusterpool.wire;

import java.io.IOException;
import java.nio.file.attribute.FileTime;
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
import java.time.chrono.HijrahChronology;
import java.time.chrono.HijrahDate;
import java.time.chrono.JapaneseChronology;
import java.time.chrono.JapaneseDate;
import java.time.chrono.JapaneseEra;
import java.time.chrono.MinguoChronology;
import java.time.chrono.MinguoDate;
import java.time.chrono.ThaiBuddhistChronology;
import java.time.chrono.ThaiBuddhistDate;
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
        table.mutable(52);
        table.add(52, Date.class, (v, out) -> out.number(v.getTime()), in -> new Date(in.asLong()));
        table.add(53, FileTime.class, Times::writeFileTime, in -> {
            in.open();
            return in.closing(FileTime.from(Instant.ofEpochSecond(in.nextLong(), in.nextInt())));
        });
        registerZoned(table);
        registerCalendars(table);
    }

    private static void registerCalendars(Builtins.Table table) {
        table.add(
                117,
                JapaneseDate.class,
                (v, out) -> out.number(v.toEpochDay()),
                in -> JapaneseChronology.INSTANCE.dateEpochDay(in.asLong()));
        table.add(
                118,
                MinguoDate.class,
                (v, out) -> out.number(v.toEpochDay()),
                in -> MinguoChronology.INSTANCE.dateEpochDay(in.asLong()));
        table.add(
                119,
                ThaiBuddhistDate.class,
                (v, out) -> out.number(v.toEpochDay()),
                in -> ThaiBuddhistChronology.INSTANCE.dateEpochDay(in.asLong()));
        table.add(120, HijrahDate.class, Times::writeHijrah, in -> HijrahChronology.INSTANCE.dateEpochDay(in.asLong()));
        table.add(121, JapaneseEra.class, (v, out) -> out.number(v.getValue()), in -> JapaneseEra.of(in.asInt()));
    }

    private static void writeHijrah(HijrahDate date, ValueWriter out) throws IOException {
        if (!date.getChronology().equals(HijrahChronology.INSTANCE)) {
            throw new CannotTravelException(
                    "java.time.chrono.HijrahDate",
                    "the date " + date + " is of a calendar of its own, which cannot travel; send its toEpochDay()");
        }
        out.number(date.toEpochDay());
    }

    /** Times so far off that no Instant holds them are not read from any file. */
    private static void writeFileTime(FileTime time, ValueWriter out) throws IOException {
        Instant instant = time.toInstant();
        if (!FileTime.from(instant).equals(time)) {
            throw new CannotTravelException(
                    "java.nio.file.attribute.FileTime",
                    "the file time " + time + " is beyond java.time.Instant and cannot travel; send its to(DAYS)");
        }
        out.row(instant.getEpochSecond(), instant.getNano());
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
        ZoneId zone = in.next() == CborIn.Item.INTEGER ? offset(in.asInt()) : ZoneId.of(in.asText());
        return in.closing(ZonedDateTime.ofStrict(local, offset, zone));
    }

    private static ZoneOffset offset(int seconds) {
        return ZoneOffset.ofTotalSeconds(seconds);
    }
}
