//! Long loops compiled twice, for AVX2 and for any processor.

/// A loop over many samples, to be compiled for AVX2 too.
///
/// `run` must be `#[inline(always)]`, or it is not compiled for the wider registers; [`vector_loop!`](crate::vector_loop)
/// writes it so.
pub trait VectorLoop {
    /// The result of the loop.
    type Output;
    /// Runs the loop.
    fn run(self) -> Self::Output;
}

/// Runs `work` compiled for AVX2 where [`has_avx2`](crate::cpu::has_avx2), else as it is.
///
/// The compiler may widen loops without dependencies, but neither fuses nor reorders floating-point operations: both
/// give the same bits.
#[inline]
pub fn vectorize<W: VectorLoop>(work: W) -> W::Output {
    #[cfg(target_arch = "x86_64")]
    if crate::cpu::has_avx2() {
        #[allow(unsafe_code)]
        // SAFETY: the processor has AVX2, as was just asked.
        return unsafe { with_avx2(work) };
    }
    work.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn with_avx2<W: VectorLoop>(work: W) -> W::Output {
    work.run()
}

/// Declares a function whose body runs through [`vectorize`].
///
/// ```
/// balanced_dsp::vector_loop! {
///     fn scale<'a>(values: &'a mut [f64], gain: f64) {
///         values.iter_mut().for_each(|value| *value *= gain);
///     }
/// }
/// let mut values = [1.0, 2.0];
/// scale(&mut values, 0.5);
/// assert_eq!(values, [0.5, 1.0]);
/// ```
#[macro_export]
macro_rules! vector_loop {
    (
        $(#[$meta:meta])* $vis:vis fn $name:ident<$life:lifetime>($($arg:ident: $kind:ty),+ $(,)?) $(-> $output:ty)? $body:block
    ) => {
        $(#[$meta])*
        #[inline]
        $vis fn $name<$life>($($arg: $kind),+) $(-> $output)? {
            struct Work<$life> {
                $($arg: $kind,)+
            }
            impl<$life> $crate::VectorLoop for Work<$life> {
                type Output = $crate::vector_loop!(@output $($output)?);
                #[inline(always)]
                fn run(self) -> Self::Output {
                    let Self { $($arg,)+ } = self;
                    $body
                }
            }
            $crate::vectorize(Work { $($arg,)+ })
        }
    };
    (@output) => { () };
    (@output $output:ty) => { $output };
}

/// Declares a function compiled twice as [`vector_loop!`](crate::vector_loop) does, but with its arguments in registers: for
/// loops so short that passing them through memory is felt.
macro_rules! short_loop {
    ($(#[$meta:meta])* $vis:vis fn $name:ident($($arg:ident: $kind:ty),+ $(,)?) -> $output:ty $body:block) => {
        $(#[$meta])*
        #[inline]
        $vis fn $name($($arg: $kind),+) -> $output {
            #[inline(always)]
            fn plain($($arg: $kind),+) -> $output $body
            #[cfg(target_arch = "x86_64")]
            if $crate::cpu::has_avx2() {
                #[target_feature(enable = "avx2")]
                fn wide($($arg: $kind),+) -> $output {
                    plain($($arg),+)
                }
                #[allow(unsafe_code)]
                // SAFETY: the processor has AVX2, as was just asked.
                return unsafe { wide($($arg),+) };
            }
            plain($($arg),+)
        }
    };
}
pub(crate) use short_loop;
