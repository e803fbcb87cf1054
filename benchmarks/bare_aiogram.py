"""A bare aiogram bot: answers the press and edits the photo message. It keeps nothing."""

import asyncio
import os
import sys

import uvloop
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from benchmarks.telegram_side import FILE_ID

dispatcher = Dispatcher(disable_fsm=True)


def keyboard(number: int) -> InlineKeyboardMarkup:
    labels = ["Cat", "Dog", "Bird", "Car", "Can't tell", "Picture broken", "Undo", "Stop"]
    buttons = [
        InlineKeyboardButton(text=label, callback_data=f"{number}:{place}")
        for place, label in enumerate(labels)
    ]
    return InlineKeyboardMarkup(inline_keyboard=[buttons[at : at + 2] for at in range(0, 8, 2)])


@dispatcher.message(CommandStart())
async def begin(message: Message) -> None:
    await message.answer_photo(FILE_ID, caption="What is in the picture?", reply_markup=keyboard(0))


@dispatcher.callback_query()
async def press(query: CallbackQuery) -> None:
    number = int((query.data or "0:0").split(":")[0]) + 1
    media = InputMediaPhoto(media=FILE_ID, caption=f"What is in the picture? ({number})")
    assert isinstance(query.message, Message)
    await query.message.edit_media(media, reply_markup=keyboard(number))
    await query.answer("+¥0.05")


async def run(api: str, port: int) -> None:
    bot = Bot("42:BENCH", session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
    application = web.Application()
    SimpleRequestHandler(dispatcher, bot, handle_in_background=False).register(application, path="/hook")
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await bot.set_webhook(f"http://127.0.0.1:{port}/hook")
    await asyncio.sleep(float(os.environ.get("BENCH_SECONDS", "60")))


if __name__ == "__main__":
    uvloop.run(run(sys.argv[1], int(sys.argv[2])))
