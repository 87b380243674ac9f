package io.github.clusterpool.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SlicesTest {
  private static final ValueCodec CODEC = new ValueCodec(WireRules.defaults(), List.of());

  record Point(int x, Long y, Object z) {}

  @Test
  void encodeAll_oneType_saysItOnce() {
    assertThat(CODEC.encodeAll(LongStream.range(0, 20).boxed().toList()).byteSize())
        .isEqualTo(20);
    assertThat(CODEC.encodeAll(IntStream.range(0, 20).boxed().toList()).byteSize())
        .isEqualTo(20);
    assertThat(CODEC.encodeAll(Arrays.asList(null, 1L, null)).byteSize()).isEqualTo(3);
    assertThat(
            CODEC.encodeAll(List.of(new Point(1, 2L, 3L), new Point(4, 5L, 6L))).byteSize())
        .isEqualTo(8);
    assertThat(CODEC.encode(new ArrayList<>(List.of(1L, 2L, 3L)))).hasSize(6);
  }

  @Test
  void cut_anyRun_decodesWithoutTheRest() {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      values.add(
          i % 3 == 0
              ? new Point(i, null, "s" + i)
              : i % 3 == 1 ? (Object) (long) i : List.of(i, "x"));
    }
    Slices slices = CODEC.encodeAll(values);
    Decoder decoder = CODEC.decoder(slices.types());

    for (int from = 0; from <= values.size(); from++) {
      for (int to = from; to <= values.size(); to++) {
        byte[] cut = slices.cut(from, to);

        assertThat(cut).hasSize(slices.byteSize(from, to));
        assertThat(decoder.decode(cut, to - from)).isEqualTo(values.subList(from, to));
      }
    }
    assertThat(slices.size()).isEqualTo(40);
    assertThat(slices.byteSize()).isEqualTo(slices.byteSize(0, 40));
  }

  @Test
  void empty_decodes_toNothing() {
    assertThat(CODEC.encodeAll(List.of())).isEqualTo(Slices.empty());
    assertThat(CODEC.decoder(Slices.empty().types()).decode(new byte[0], 0)).isEmpty();
  }

  @Test
  void byteSize_ofWriter_isThatOfTheSlices() {
    SlicesWriter writer = CODEC.writer();
    for (int i = 0; i < 5_000; i++) {
      writer.add("value " + i);
    }
    long size = writer.byteSize();

    assertThat(writer.size()).isEqualTo(5_000);
    assertThat(writer.finish().byteSize()).isEqualTo((int) size);
  }
}
